//! CEL expressions, as far as their cost can be told: names, fields, calls and strings. Operators are what separates these.

/// A part of a rule.
#[derive(Debug, PartialEq)]
pub enum Expression {
    /// `self`
    Name(String),
    /// `'text'`
    Text(String),
    /// `(..)`, `[..]` and `{..}`: what is in there.
    Group(Vec<Expression>),
    /// `of.name`
    Field(Box<Expression>, String),
    /// `of[..]`
    Index(Box<Expression>, Vec<Expression>),
    /// `of.name(..)` or `name(..)`
    Call(Option<Box<Expression>>, String, Vec<Argument>),
}

/// An argument of a call: all that stands between two commas.
#[derive(Debug, PartialEq)]
pub struct Argument {
    /// The name, where the argument is nothing else: the variable of a macro.
    pub name: Option<String>,
    pub expressions: Vec<Expression>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Sign(char),
}

impl Expression {
    /// The parts of a rule; `None` where it cannot be read.
    pub fn parse(rule: &str) -> Option<Vec<Self>> {
        let tokens = tokens(rule)?;
        let mut parser = Parser { tokens: &tokens };
        let found = parser.until(&[])?;
        parser.tokens.is_empty().then_some(found)
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
}

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn is_at(&self, sign: char) -> bool {
        self.tokens.first() == Some(&Token::Sign(sign))
    }

    /// The parts up to one of the signs, which stays, or to the end.
    fn until(&mut self, signs: &[char]) -> Option<Vec<Expression>> {
        let mut found = Vec::new();
        while !self.tokens.is_empty() && !signs.iter().any(|sign| self.is_at(*sign)) {
            let first = match self.next()? {
                Token::Name(name) if self.is_at('(') => {
                    Expression::Call(None, name, self.arguments()?)
                }
                Token::Name(name) => Expression::Name(name),
                Token::Text(text) => Expression::Text(text),
                Token::Sign('(') => self.group(')')?,
                Token::Sign('[') => self.group(']')?,
                Token::Sign('{') => self.group('}')?,
                Token::Sign(')' | ']' | '}') => return None,
                Token::Sign(_) => continue,
            };
            found.push(self.members(first)?);
        }
        Some(found)
    }

    fn group(&mut self, end: char) -> Option<Expression> {
        let inner = self.until(&[end])?;
        (self.next()? == Token::Sign(end)).then_some(Expression::Group(inner))
    }

    /// What follows a value: fields, indices, calls.
    fn members(&mut self, mut of: Expression) -> Option<Expression> {
        loop {
            if self.is_at('.') {
                self.next();
                if self.is_at('?') {
                    self.next();
                }
                let Token::Name(name) = self.next()? else {
                    return None;
                };
                of = match self.is_at('(') {
                    true => Expression::Call(Some(Box::new(of)), name, self.arguments()?),
                    false => Expression::Field(Box::new(of), name),
                };
            } else if self.is_at('[') {
                self.next();
                let Expression::Group(index) = self.group(']')? else {
                    return None;
                };
                of = Expression::Index(Box::new(of), index);
            } else {
                return Some(of);
            }
        }
    }

    fn arguments(&mut self) -> Option<Vec<Argument>> {
        self.next();
        let mut arguments = Vec::new();
        loop {
            let start = self.tokens;
            let expressions = self.until(&[',', ')'])?;
            let name = match &start[..start.len() - self.tokens.len()] {
                [Token::Name(name)] => Some(name.clone()),
                _ => None,
            };
            if !expressions.is_empty() {
                arguments.push(Argument { name, expressions });
            }
            if self.next()? == Token::Sign(')') {
                return Some(arguments);
            }
        }
    }
}

fn tokens(rule: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = rule;
    while let Some(c) = rest.chars().next() {
        let is_raw = rest.starts_with("r'") || rest.starts_with("r\"");
        if is_raw || c == '\'' || c == '"' {
            let (text, behind) = text(
                rest.strip_prefix('r').filter(|_| is_raw).unwrap_or(rest),
                is_raw,
            )?;
            tokens.push(Token::Text(text));
            rest = behind;
        } else if c.is_alphanumeric() || c == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            if !c.is_numeric() {
                tokens.push(Token::Name(word.to_owned()));
            }
            // The fraction of a number is no field.
            rest = behind
                .strip_prefix('.')
                .filter(|_| c.is_numeric())
                .unwrap_or(behind);
        } else {
            if rest.starts_with("//") {
                return Some(tokens);
            }
            if !c.is_whitespace() {
                tokens.push(Token::Sign(c));
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(tokens)
}

/// A string and what is behind it. Escapes stay as they are written: they are as long, or longer.
fn text(rest: &str, is_raw: bool) -> Option<(String, &str)> {
    let quote = rest.chars().next()?;
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' && !is_raw {
            escaped = true;
        } else if c == quote {
            let text = rest[1..at].replace("\\\\", "\\");
            return Some((text, &rest[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Expression {
        Expression::Name(name.into())
    }

    #[test]
    fn rules_are_read() {
        let field = |of, name: &str| Expression::Field(Box::new(of), name.into());
        let check = |rule: &str, expected: Vec<Expression>| {
            assert_eq!(Expression::parse(rule), Some(expected), "{rule}");
        };
        check(
            "self.a.b <= 3.5",
            vec![field(field(name("self"), "a"), "b")],
        );
        check(
            "!has(self.a) || self.b[0] == 'it\\'s'",
            vec![
                Expression::Call(
                    None,
                    "has".into(),
                    vec![Argument {
                        name: None,
                        expressions: vec![field(name("self"), "a")],
                    }],
                ),
                Expression::Index(Box::new(field(name("self"), "b")), vec![]),
                Expression::Text("it\\'s".into()),
            ],
        );
        check(
            r#"self.all(x, x.matches(r"^\d"))"#,
            vec![Expression::Call(
                Some(Box::new(name("self"))),
                "all".into(),
                vec![
                    Argument {
                        name: Some("x".into()),
                        expressions: vec![name("x")],
                    },
                    Argument {
                        name: None,
                        expressions: vec![Expression::Call(
                            Some(Box::new(name("x"))),
                            "matches".into(),
                            vec![Argument {
                                name: None,
                                expressions: vec![Expression::Text(r"^\d".into())],
                            }],
                        )],
                    },
                ],
            )],
        );
        for broken in ["self.", "(self", "self)", "'a", "self.a(", "[a"] {
            assert_eq!(Expression::parse(broken), None, "{broken}");
        }
    }
}

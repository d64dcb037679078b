use std::error::Error;

/// An error with its causes, on one line, for the log.
///
/// Of the API server's answer it has the message alone, where `kube::Error` prints it three times over.
pub(crate) fn describe(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let (message, cause) = match error.downcast_ref() {
            Some(kube::Error::Api(status)) => (status.message.clone(), None),
            _ => (without_cause(error), error.source()),
        };
        if !message.is_empty() {
            let colon = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{colon}{message}");
        }
        next = cause;
    }
    text
}

/// What an error says on its own: some print their cause behind it.
fn without_cause(error: &(dyn Error + 'static)) -> String {
    let text = error.to_string();
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let own = text.strip_suffix(&cause).unwrap_or(&text);
    own.trim_end_matches([':', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;
    use kube::core::Status;

    use super::*;

    #[test]
    fn causes_follow_on_one_line() {
        let error = anyhow!("no route")
            .context("cannot connect")
            .context("cannot get pods a/b");
        assert_eq!(
            describe(error.as_ref()),
            "cannot get pods a/b: cannot connect: no route"
        );
    }

    /// `kube::runtime` prints the cause within its own text, and the API server's answer twice in that.
    #[test]
    fn what_a_watch_may_not_do_is_said_once() {
        let answer = "secrets is forbidden: User \"a\" cannot list resource \"secrets\"";
        let status = Status::failure(answer, "Forbidden").with_code(403);
        let error =
            kube::runtime::watcher::Error::InitialListFailed(kube::Error::Api(status.boxed()));
        assert_eq!(
            describe(&error),
            format!("failed to perform initial object list: {answer}")
        );
    }

    #[test]
    fn an_answer_of_the_api_server_is_its_message() {
        let status = Status::failure("pods \"b\" is forbidden", "Forbidden").with_code(403);
        let error =
            anyhow::Error::new(kube::Error::Api(status.boxed())).context("cannot get pods a/b");
        assert_eq!(
            describe(error.as_ref()),
            "cannot get pods a/b: pods \"b\" is forbidden"
        );
    }
}

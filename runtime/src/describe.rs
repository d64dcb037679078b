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
            _ => (error.to_string(), error.source()),
        };
        // Some errors print their cause, too.
        if !text.ends_with(&message) {
            let colon = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{colon}{message}");
        }
        next = cause;
    }
    text
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

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use k8s_openapi::jiff::Timestamp;

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It could not be found out.
    Unknown,
}

impl ConditionStatus {
    /// As it is written in a [`Condition`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

impl From<bool> for ConditionStatus {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// Adds a condition to the list, or changes the one of its type.
///
/// `lastTransitionTime` is now when the status changes, and is kept when it does not (the rule of Kubernetes' API
/// conventions), so that setting the same condition again changes nothing. `reason` is a word in PascalCase,
/// `message` a sentence for humans. `observed_generation` is the `metadata.generation` that the condition was found at.
///
/// In a reconciler, [`Context::set_condition`](crate::Context::set_condition) fills in the generation.
///
/// ```
/// use kopgen_runtime::set_condition;
///
/// let mut conditions = Vec::new();
/// set_condition(&mut conditions, Some(1), "Ready", false, "Starting", "0 of 3 replicas are up");
/// set_condition(&mut conditions, Some(1), "Ready", true, "Started", "3 of 3 replicas are up");
/// assert_eq!(conditions.len(), 1);
/// assert_eq!(conditions[0].status, "True");
/// ```
pub fn set_condition(
    conditions: &mut Vec<Condition>,
    observed_generation: Option<i64>,
    type_: &str,
    status: impl Into<ConditionStatus>,
    reason: &str,
    message: impl Into<String>,
) {
    let mut condition = Condition {
        last_transition_time: Time(now()),
        message: message.into(),
        observed_generation,
        reason: reason.into(),
        status: status.into().as_str().into(),
        type_: type_.into(),
    };
    match conditions.iter_mut().find(|known| known.type_ == type_) {
        Some(known) => {
            if known.status == condition.status {
                condition.last_transition_time = known.last_transition_time.clone();
            }
            *known = condition;
        }
        None => conditions.push(condition),
    }
}

/// In whole seconds: that is what the API server keeps of a `Time`, so that what is set equals what is read back.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time(Timestamp::from_second(seconds).unwrap())
    }

    fn set(conditions: &mut Vec<Condition>, generation: i64, status: ConditionStatus) {
        set_condition(
            conditions,
            Some(generation),
            "Ready",
            status,
            "Reason",
            "message",
        );
    }

    #[test]
    fn the_transition_time_moves_with_the_status_alone() {
        let mut conditions = Vec::new();
        set(&mut conditions, 1, ConditionStatus::False);
        conditions[0].last_transition_time = at(1_000);

        set(&mut conditions, 2, ConditionStatus::False);
        assert_eq!(conditions[0].last_transition_time, at(1_000));
        assert_eq!(conditions[0].observed_generation, Some(2));

        set(&mut conditions, 2, ConditionStatus::Unknown);
        assert_ne!(conditions[0].last_transition_time, at(1_000));
        assert_eq!(conditions[0].status, "Unknown");
    }

    #[test]
    fn others_are_left_alone() {
        let mut conditions = Vec::new();
        set_condition(&mut conditions, None, "Available", true, "Up", "");
        set(&mut conditions, 1, ConditionStatus::True);
        set(&mut conditions, 2, ConditionStatus::False);
        let types: Vec<_> = conditions
            .iter()
            .map(|condition| condition.type_.as_str())
            .collect();
        assert_eq!(types, ["Available", "Ready"]);
        assert_eq!(conditions[0].status, "True");
    }
}

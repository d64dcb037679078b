use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition as ApiCondition, Time};
use k8s_openapi::jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::DateTime;

/// A condition in the status of an imported kind: k8s-openapi's, but that the time stays as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct Condition {
    /// When the status last changed.
    pub last_transition_time: DateTime,
    /// What is the case, for humans.
    pub message: String,
    /// The `metadata.generation` that it was found at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Why, in one word in PascalCase.
    pub reason: String,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// What it is about, such as `Ready`.
    pub r#type: String,
}

/// What [`set_condition`] sets: k8s-openapi's conditions, and [`Condition`].
pub trait AnyCondition: From<ApiCondition> {
    /// What it is about.
    fn about(&self) -> &str;

    /// Takes over the time of a condition with the same status.
    fn keep_transition_time(&mut self, of: &Self);
}

impl AnyCondition for ApiCondition {
    fn about(&self) -> &str {
        &self.type_
    }

    fn keep_transition_time(&mut self, of: &Self) {
        if self.status == of.status {
            self.last_transition_time = of.last_transition_time.clone();
        }
    }
}

impl AnyCondition for Condition {
    fn about(&self) -> &str {
        &self.r#type
    }

    fn keep_transition_time(&mut self, of: &Self) {
        if self.status == of.status {
            self.last_transition_time = of.last_transition_time.clone();
        }
    }
}

/// A status that is neither `True` nor `False` is `Unknown`.
impl From<ApiCondition> for Condition {
    fn from(condition: ApiCondition) -> Self {
        Self {
            last_transition_time: condition.last_transition_time.into(),
            message: condition.message,
            observed_generation: condition.observed_generation,
            reason: condition.reason,
            status: match condition.status.as_str() {
                "True" => ConditionStatus::True,
                "False" => ConditionStatus::False,
                _ => ConditionStatus::Unknown,
            },
            r#type: condition.type_,
        }
    }
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
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
/// use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
/// use kopgen_runtime::set_condition;
///
/// let mut conditions: Vec<Condition> = Vec::new();
/// set_condition(&mut conditions, Some(1), "Ready", false, "Starting", "0 of 3 replicas are up");
/// set_condition(&mut conditions, Some(1), "Ready", true, "Started", "3 of 3 replicas are up");
/// assert_eq!(conditions.len(), 1);
/// assert_eq!(conditions[0].status, "True");
/// ```
pub fn set_condition(
    conditions: &mut Vec<impl AnyCondition>,
    observed_generation: Option<i64>,
    type_: &str,
    status: impl Into<ConditionStatus>,
    reason: &str,
    message: impl Into<String>,
) {
    let condition = ApiCondition {
        last_transition_time: Time(now()),
        message: message.into(),
        observed_generation,
        reason: reason.into(),
        status: status.into().as_str().into(),
        type_: type_.into(),
    };
    set(conditions, condition.into());
}

fn set<C: AnyCondition>(conditions: &mut Vec<C>, mut condition: C) {
    let known = conditions
        .iter_mut()
        .find(|it| it.about() == condition.about());
    match known {
        Some(known) => {
            condition.keep_transition_time(known);
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

    fn set<C: AnyCondition>(conditions: &mut Vec<C>, generation: i64, status: ConditionStatus) {
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
        let mut conditions: Vec<ApiCondition> = Vec::new();
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
    fn those_of_imported_kinds_keep_the_text_of_the_time() {
        let text = "2026-01-02T03:04:05.000+01:00";
        let known = serde_json::json!([{
            "lastTransitionTime": text, "message": "", "reason": "A", "status": "False", "type": "Ready",
        }]);
        let mut conditions: Vec<Condition> = serde_json::from_value(known).unwrap();
        set(&mut conditions, 2, ConditionStatus::False);
        assert_eq!(conditions[0].last_transition_time.to_string(), text);
        assert_eq!(conditions[0].observed_generation, Some(2));

        set(&mut conditions, 3, ConditionStatus::True);
        assert_ne!(conditions[0].last_transition_time.to_string(), text);
        assert_eq!(conditions[0].status, ConditionStatus::True);
    }

    #[test]
    fn others_are_left_alone() {
        let mut conditions: Vec<ApiCondition> = Vec::new();
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

//! Committees: the state of one (established, time zone, serving members), and the rules for its events.

mod events;

pub use events::{CommitteeEstablished, CommitteeEvent, MemberAppointed, MemberRetired, MemberRole};

use crate::classification::{Classification, Scheme};
use crate::party::Assessment;
use crate::reference::{CommitteeCode, Name, PartyCategory};
use crate::rejection::{Rejection, ensure};
use crate::rules::{Rules, aggregate};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of a committee, as far as its rules need it.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Committee {
    established: bool,
    time_zone: Option<chrono_tz::Tz>,
    /// The name of the classification scheme.
    scheme: Option<String>,
    default_classification: Option<Classification>,
    serving: BTreeMap<Name, NaiveDate>,
    /// The categories and assessments that it has besides those of the code.
    #[serde(default)]
    party_categories: Vec<PartyCategory>,
    #[serde(default)]
    assessments: Vec<Assessment>,
}

impl Committee {
    /// Returns whether the committee is established.
    pub fn is_established(&self) -> bool {
        self.established
    }

    /// The time zone of its dates; Europe/London until it is established.
    pub fn time_zone(&self) -> chrono_tz::Tz {
        self.time_zone.unwrap_or(chrono_tz::Europe::London)
    }

    /// The classification scheme of its record; the Panel Information Policy until it is established.
    pub fn scheme(&self) -> &'static Scheme {
        self.scheme.as_deref().and_then(Scheme::named).unwrap_or_else(Scheme::panel_information_policy)
    }

    /// The mark of what is recorded without one: the committee's default, else the highest of its scheme.
    pub fn default_classification(&self) -> Classification {
        self.default_classification.unwrap_or_else(|| self.scheme().highest())
    }

    /// The names of the categories of its parties: those of the code, and its own.
    pub fn category_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = PartyCategory::names().collect();
        names.extend(self.party_categories.iter().map(PartyCategory::name));
        names
    }

    /// The names of its assessments: those of the code, and its own.
    pub fn assessment_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Assessment::names().collect();
        names.extend(self.assessments.iter().map(Assessment::name));
        names
    }

    /// Refuses a category that is neither one of the code nor its own.
    pub fn ensure_category(&self, code: &CommitteeCode, category: &PartyCategory) -> Result<(), Rejection> {
        ensure(category.is_of_the_code() || self.party_categories.contains(category), || {
            Rejection::new(
                "category-of-its-committee",
                format!("{code} has no party category `{category}`"),
                one_of_or_added(self.category_names(), code, "party_categories", category.name()),
            )
        })
    }

    /// Refuses an assessment that is neither one of the code nor its own.
    pub fn ensure_assessment(&self, code: &CommitteeCode, assessment: &Assessment) -> Result<(), Rejection> {
        ensure(assessment.is_of_the_code() || self.assessments.contains(assessment), || {
            Rejection::new(
                "assessment-of-its-committee",
                format!("{code} has no assessment `{assessment}`"),
                one_of_or_added(self.assessment_names(), code, "assessments", assessment.name()),
            )
        })
    }
}

/// Lists what the committee has, and says how it adds one.
fn one_of_or_added(names: Vec<&str>, code: &CommitteeCode, field: &str, name: &str) -> String {
    let quoted = if name.contains(' ') { format!("'{field}+={name}'") } else { format!("{field}+={name}") };
    format!("one of: {}; or add it: `minutebook record correction {code} --set {quoted} --reason …`", names.join(", "))
}

/// The default is a level of the committee's own scheme.
fn admit_default(established: &CommitteeEstablished) -> Result<(), Rejection> {
    let Some((mark, scheme)) = established.default_classification.zip(Scheme::named(&established.scheme)) else {
        return Ok(());
    };
    ensure(scheme.has(mark), || Rejection::new("mark-of-its-scheme", scheme.lacks(mark), scheme.labels()))
}

impl Rules for Committee {
    type Event = CommitteeEvent;

    fn admit(&self, event: &CommitteeEvent) -> Result<(), Rejection> {
        if let CommitteeEvent::CommitteeEstablished(established) = event {
            ensure(!self.established, || {
                Rejection::already_recorded(
                    "committee-established-once",
                    format!("committee {} is already established", established.code),
                    "correct the earlier event to change its name or settings",
                )
            })?;
            ensure(Scheme::named(&established.scheme).is_some(), || {
                let names: Vec<&str> = Scheme::all().iter().map(Scheme::name).collect();
                Rejection::new(
                    "scheme-known",
                    format!("`{}` is not a classification scheme", established.scheme),
                    format!("one of: {}", names.join(", ")),
                )
            })?;
            admit_default(established)?;
            return ensure(established.time_zone.parse::<chrono_tz::Tz>().is_ok(), || {
                Rejection::new(
                    "time-zone-known",
                    format!("`{}` is not a time zone", established.time_zone),
                    "a name of the IANA database, such as Europe/London",
                )
            });
        }
        ensure(self.established, || {
            Rejection::not_begun(
                "committee-established-first",
                "the committee is not established",
                "establish it first",
            )
        })?;
        match event {
            CommitteeEvent::MemberAppointed(appointed) => ensure(!self.serving.contains_key(&appointed.name), || {
                Rejection::already_recorded(
                    "member-appointed-once",
                    format!("{} is already serving", appointed.name),
                    "retire the member first, or appoint another",
                )
            }),
            CommitteeEvent::MemberRetired(retired) => {
                let Some(since) = self.serving.get(&retired.name) else {
                    let serving: Vec<&str> = self.serving.keys().map(Name::as_str).collect();
                    return Err(Rejection::new(
                        "member-serving",
                        format!("{} is not serving", retired.name),
                        format!(
                            "a member who is: {}",
                            if serving.is_empty() { "none".into() } else { serving.join(", ") }
                        ),
                    ));
                };
                ensure(retired.retired_on >= *since, || {
                    Rejection::new(
                        "retired-after-appointed",
                        format!("{} cannot retire on {}, before being appointed", retired.name, retired.retired_on),
                        format!("a date from {since}"),
                    )
                })
            }
            CommitteeEvent::CommitteeEstablished(_) | CommitteeEvent::EventCorrected(_) => Ok(()),
        }
    }

    fn evolve(&mut self, event: &CommitteeEvent) {
        match event {
            CommitteeEvent::CommitteeEstablished(established) => {
                self.established = true;
                self.time_zone = established.time_zone.parse().ok();
                self.scheme = Some(established.scheme.clone());
                self.default_classification = established.default_classification;
                self.party_categories.clone_from(&established.party_categories);
                self.assessments.clone_from(&established.assessments);
            }
            CommitteeEvent::MemberAppointed(appointed) => {
                self.serving.insert(appointed.name.clone(), appointed.appointed_on);
            }
            CommitteeEvent::MemberRetired(retired) => {
                self.serving.remove(&retired.name);
            }
            CommitteeEvent::EventCorrected(_) => {}
        }
    }
}

aggregate!(Committee, CommitteeEvent, "committee");

//! `minutebook why`

use super::failure::Failure;
use super::log::operator;
use super::moment::Moment;
use super::output::{Format, print};
use crate::ledger::{Environment, LedgerUrl, Log, Opening};
use crate::render::{csv, table, times, values, who};
use crate::views::asking::{Otherwise, Question, Vantage, vantages};
use crate::views::{ViewError, why::why};
use chrono_tz::Tz;
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, PartyName};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::provenance::{FieldOrigin, Provenance};
use std::process::ExitCode;

/// Print where each field of an action, a status, a decision or a meeting comes from: the event, who recorded it, and
/// from which lines of which document.
#[derive(clap::Args)]
pub(super) struct Why {
    /// What to explain: SSC72/01, 'Other User L', `SSC_72_2702/D3`, `SSC_72_2702`.
    subject: String,
    #[command(flatten)]
    moment: Moment,
    /// Only a party of this committee.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// As a reader sees it who may read so much; everything, if it is not given.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    /// How to print it.
    #[arg(long, default_value = "table")]
    format: Format,
}

/// What a row can be asked of.
enum Subject {
    Action(ActionRef),
    Decision(DecisionId),
    Meeting(MeetingRef),
    Party(PartyName),
}

impl Subject {
    fn of(text: &str) -> Option<Self> {
        let action = text.parse().map(Self::Action);
        let decision = action.or_else(|_| text.parse().map(Self::Decision));
        let meeting = decision.or_else(|_| text.parse().map(Self::Meeting));
        meeting.or_else(|_| text.parse().map(Self::Party)).ok()
    }
}

pub(super) async fn run(ledger: &LedgerUrl, command: Why) -> Result<ExitCode, Failure> {
    let Some(subject) = Subject::of(&command.subject) else {
        let what = format!("`{}` is nothing that can be explained", command.subject);
        let accepted = "an action such as SSC72/01, a party such as 'Other User L', a decision such as SSC_72_2702/D3, \
                        or a meeting such as SSC_72_2702";
        return Err(Failure::new(what).with_help(accepted));
    };
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let clearance = command.clearance.map_or_else(operator, Clearance::up_to);
    let Moment { as_of, known_at } = command.moment;
    let question = Question { as_of, known_at, reach: clearance.into(), committee: command.committee.clone() };
    let mut rows = Vec::new();
    for vantage in vantages(&log, &question, Otherwise::Now).await? {
        let explained = explained(&log, &subject, &vantage).await?;
        rows.extend(explained.into_iter().map(|row| (row, vantage.zone)));
    }
    if rows.is_empty() {
        let similar = log.references_like(&command.subject, 10).await?;
        let failure = Failure::new(format!("there is no row of `{}` at that moment", command.subject));
        // What resembles it may be named in texts that this reader may not see.
        let may_be_named = command.clearance.is_none() && !similar.is_empty();
        return Err(if may_be_named {
            failure.with_help(format!("the ledger names: {}", similar.join(", ")))
        } else {
            failure
        });
    }
    log.close().await;
    print_provenance(&rows, command.format)?;
    Ok(ExitCode::SUCCESS)
}

async fn explained(log: &Log, subject: &Subject, vantage: &Vantage) -> Result<Vec<Provenance>, ViewError> {
    let (committee, at, clearance) = (&vantage.committee.code, vantage.at, vantage.clearance);
    let stream = match subject {
        Subject::Action(action) => StreamId::Action(action.clone()),
        Subject::Decision(decision) => StreamId::Meeting(decision.meeting().clone()),
        Subject::Meeting(meeting) => StreamId::Meeting(meeting.clone()),
        Subject::Party(party) => StreamId::Party(committee.clone(), party.clone()),
    };
    if stream.committee() != Some(committee) {
        return Ok(Vec::new());
    }
    match subject {
        Subject::Action(_) => why::<Actions>(log, &stream, None, at, clearance).await,
        Subject::Decision(decision) => {
            why::<Decisions>(log, &stream, Some(&decision.number().to_string()), at, clearance).await
        }
        Subject::Meeting(_) => why::<Meetings>(log, &stream, None, at, clearance).await,
        Subject::Party(_) => why::<PartyStatuses>(log, &stream, None, at, clearance).await,
    }
}

/// Prints where rows come from, as every command does that is asked why.
pub(super) fn print_provenance(rows: &[(Provenance, Tz)], format: Format) -> Result<(), Failure> {
    let lines =
        rows.iter().flat_map(|(row, zone)| row.fields.iter().map(move |(name, origin)| line(row, name, origin, *zone)));
    match format {
        Format::Json => print(&serde_json::to_string_pretty(&rows.iter().map(|(row, _)| row).collect::<Vec<_>>())?),
        Format::Csv => print(&csv::write(&HEADER, lines)?),
        Format::Table => print(&table::table(&HEADER, lines.collect(), "")),
    }
}

const HEADER: [&str; 8] = ["Of", "Field", "Value", "Since", "Position", "Event", "By", "Source"];

fn line(row: &Provenance, name: &str, field: &FieldOrigin, zone: Tz) -> Vec<String> {
    let origin = &field.origin;
    let mut event = origin.event_type.to_owned();
    if let Some(correction) = &origin.correction {
        event.push_str(&format!(", {} by a correction", correction.change));
        let reason = correction.reason.as_ref().map(|reason| format!(" because: {reason}"));
        event.push_str(&reason.unwrap_or_default());
    }
    let of = if row.key.is_empty() { row.stream.subject() } else { format!("{}, {}", row.stream.subject(), row.key) };
    vec![
        of,
        values::name(name),
        values::value(&field.value),
        times::day(origin.valid_at, zone),
        origin.position.to_string(),
        event,
        who::by(&origin.actor, origin.on_behalf_of.as_deref()),
        who::from(&origin.source),
    ]
}

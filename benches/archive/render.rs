//! A meeting's headlines in Markdown: its streams read, folded and rendered.

use crate::{open, store};
use minutebook::ledger::{LedgerUrl, Log, Selection};
use minutebook::render::headlines::markdown::markdown;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{MeetingRef, PartyName};
use minutebook_domain::{Event, StreamId};
use minutebook_projections::headlines::{Record, document};
use std::collections::BTreeSet;
use std::time::Instant;

pub(crate) async fn measure(url: &LedgerUrl) -> anyhow::Result<serde_json::Value> {
    let log = open(url).await?;
    let red: Classification = "RED".parse()?;
    let mut taken = Vec::new();
    for convened in log.read_all(Selection::Type("MeetingConvened".into())).await? {
        let StreamId::Meeting(meeting) = convened.stream else { continue };
        let begin = Instant::now();
        let rendered = rendered(&log, &meeting, Clearance::up_to(red)).await?;
        taken.push(begin.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(rendered.len() > 1000, "{meeting} was hardly rendered");
    }
    taken.sort_by(f64::total_cmp);
    let at = |part: usize| taken.get(taken.len() * part / 100).copied().unwrap_or_default();
    Ok(serde_json::json!({
        "measure": "archive render", "store": store(url), "meetings": taken.len(),
        "median_ms": at(50), "p99_ms": at(99),
    }))
}

async fn rendered(log: &Log, meeting: &MeetingRef, clearance: Clearance) -> anyhow::Result<String> {
    let (mut own, mut actions, mut parties): (Vec<MeetingEvent>, Vec<Vec<ActionEvent>>, Vec<_>) = Default::default();
    for recorded in log.read_all(Selection::Stream(StreamId::Meeting(meeting.clone()))).await? {
        if let Event::Meeting(event) = recorded.event {
            own.push(event);
        }
    }
    let touched = log.read_all(Selection::Reference(meeting.to_string())).await?;
    let streams: BTreeSet<StreamId> = touched.into_iter().map(|recorded| recorded.stream).collect();
    for stream in streams {
        let events = log.read_all(Selection::Stream(stream.clone())).await?.into_iter().map(|recorded| recorded.event);
        match &stream {
            StreamId::Action(_) => actions
                .push(events.filter_map(|event| if let Event::Action(of) = event { Some(of) } else { None }).collect()),
            StreamId::Party(_, party) => {
                let of: Vec<PartyEvent> =
                    events.filter_map(|event| if let Event::Party(of) = event { Some(of) } else { None }).collect();
                let named: (PartyName, Vec<PartyEvent>) = (party.clone(), of);
                parties.push(named);
            }
            StreamId::Meeting(_) | StreamId::Committee(_) | StreamId::Token(_) => {}
        }
    }
    let record = Record { meeting: &own, actions: &actions, parties: &parties, committee_name: None, quorum: None };
    let document = document(&record, clearance).map_err(|_| anyhow::anyhow!("{meeting} has no document"))?;
    Ok(markdown(&document, None))
}

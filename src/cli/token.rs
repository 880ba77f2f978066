//! `minutebook token`

use super::actor::actor;
use super::clock::ClockArgs;
use super::failure::Failure;
use super::output::{ListFormat, print};
use super::parsers::{date, moment};
use super::table_args::TableArgs;
use super::terminal::print_error;
use crate::access::{Grant, IssueError, Permission, Role, TokenEntry, Tokens, issue, revoke};
use crate::present::table::{Column, TableCell, headings, laid_out};
use crate::present::{csv, times};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{CommitteeCode, Name, TokenId};
use minutebook_domain::{RequestMetadata, Source};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening, Recorder};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Issue, list and revoke the API tokens of programs and people.
///
/// A token has roles (what its bearer may do), a clearance (how much they may read), committees, and an expiry. The
/// ledger keeps only a hash of it. Issuing and revoking a token are RED events of the ledger.
#[derive(clap::Args)]
pub(super) struct TokenArgs {
    #[command(flatten)]
    clock: ClockArgs,
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(clap::Subcommand)]
enum TokenCommand {
    Create(CreateArgs),
    List(ListArgs),
    Revoke(RevokeArgs),
}

#[derive(clap::Args)]
struct IssuerArgs {
    /// Who issues or revokes it [default: your user name].
    #[arg(long, env = "MINUTEBOOK_ACTOR", hide_env_values = true)]
    actor: Option<String>,
    /// Why it is issued or revoked.
    #[arg(long)]
    reason: Option<String>,
}

/// Issue a token and print it once.
#[derive(clap::Args)]
struct CreateArgs {
    /// Its bearer. Events recorded with the token carry this name.
    name: Name,
    /// What its bearer may do: reader, member, secretary, chair, auditor or admin. Several are separated by commas.
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true)]
    roles: Vec<Role>,
    /// The highest classification that its bearer may read.
    #[arg(long, value_name = "LEVEL", default_value = "WHITE")]
    clearance: Classification,
    /// The committees that its bearer may read and record, separated by commas [default: all].
    #[arg(long = "committee", value_name = "CODE", value_delimiter = ',')]
    committees: Vec<CommitteeCode>,
    /// When it expires: after days (90d), on a date, at a time, or never.
    #[arg(long, value_name = "WHEN", default_value = "90d", value_parser = expiry)]
    expires: Expiry,
    /// When it becomes valid, if not at once: 2026-12-01T09:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    valid_from: Option<DateTime<Utc>>,
    #[command(flatten)]
    issuer: IssuerArgs,
    /// The output format.
    #[arg(long, default_value = "text")]
    format: CreateFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CreateFormat {
    /// The token alone; its description goes to standard error.
    Text,
    /// JSON.
    Json,
}

/// Print every token ever issued, its standing, and when it was last used.
#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

/// Revoke a token for good.
#[derive(clap::Args)]
struct RevokeArgs {
    /// The id of the token, as token list prints it.
    token: TokenId,
    /// Record that someone else may have used it.
    #[arg(long)]
    compromised: bool,
    #[command(flatten)]
    issuer: IssuerArgs,
}

/// When a token expires.
#[derive(Debug, Clone, Copy)]
enum Expiry {
    Never,
    After(TimeDelta),
    At(DateTime<Utc>),
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if text == "never" {
        return Ok(Expiry::Never);
    }
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u16>().ok()).filter(|days| *days > 0);
    if let Some(days) = days {
        return Ok(Expiry::After(TimeDelta::days(days.into())));
    }
    let date = date(text).map(|date| date.and_time(NaiveTime::MIN).and_utc());
    date.or_else(|_| moment(text)).map(Expiry::At).map_err(|_| {
        "days such as 90d, a date such as 2027-02-27, a time such as 2027-02-27T10:00:00Z, or never was expected".into()
    })
}

pub(super) async fn run(ledger: &LedgerUrl, command: TokenArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, command.clock.environment()).await?;
    let outcome = match command.command {
        TokenCommand::Create(create) => self::create(&log, create).await,
        TokenCommand::List(list) => self::list(&log, list).await,
        TokenCommand::Revoke(revoke) => self::revoke_token(&log, revoke).await,
    };
    log.close().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

impl IssuerArgs {
    fn metadata(self, environment: &Environment) -> Result<RequestMetadata, Failure> {
        Ok(RequestMetadata {
            actor: actor(self.actor.as_deref())?,
            command_id: environment.command_id().map_err(|error| Failure::from_error(&error))?,
            reason: self.reason,
            source: Source { client: Some("command line".into()), ..Source::default() },
            ..RequestMetadata::default()
        })
    }
}

async fn create(log: &Log, create: CreateArgs) -> Result<(), Failure> {
    let environment = log.environment();
    let now = environment.clock.now();
    let expires_at = match create.expires {
        Expiry::Never => None,
        Expiry::At(moment) => Some(moment),
        Expiry::After(time) => Some(create.valid_from.unwrap_or(now) + time),
    };
    if let Some(past) = expires_at.filter(|at| *at <= now) {
        return Err(Failure::new(format!("the token would expire in the past, on {}", times::exact(past)))
            .with_help("give --expires a time in the future"));
    }
    let grant = Grant {
        name: create.name,
        roles: create.roles,
        clearance: create.clearance,
        committees: Some(create.committees).filter(|committees| !committees.is_empty()),
        valid_from: create.valid_from,
        expires_at,
    };
    let recorder = Recorder::new(log.clone());
    ensure_counts(&recorder, &grant).await?;
    let metadata = create.issuer.metadata(environment)?;
    let issued = issue(&recorder, grant, metadata).await.map_err(|error| match error {
        IssueError::Record(error) => error.into(),
        IssueError::NoEntropy(error) => Failure::from_error(&error),
    })?;
    let all = Tokens::new(log.clone()).list().await?;
    let Some((entry, _)) = all.iter().find(|(entry, _)| entry.issued.id == issued.id) else {
        return Err(Failure::new(format!("token {} was issued but is not in the ledger", issued.id)));
    };
    if create.format == CreateFormat::Json {
        let mut printed = as_json(entry, None, now);
        printed["token"] = issued.secret.reveal().into();
        return print(&serde_json::to_string_pretty(&printed)?);
    }
    print(issued.secret.reveal())?;
    let [id, name, roles, clearance, committees, _, expires, ..] = row(entry, None, now);
    print_error(&format!("token {id} for {name}: {roles}, up to {clearance}, {committees}, expires: {expires}"));
    print_error("it is printed only now: keep it where only its bearer can read it");
    Ok(())
}

/// Refuses a right to record that would not count: one without a clearance for the top of a committee's scheme.
async fn ensure_counts(recorder: &Recorder, grant: &Grant) -> Result<(), Failure> {
    let records = |role: &Role| Permission::RECORDING.iter().any(|permission| permission.granted_to(*role));
    let Some(role) = grant.roles.iter().find(|role| records(role)) else { return Ok(()) };
    let mut tops = Vec::new();
    match &grant.committees {
        None => tops.push(("any committee".to_owned(), Classification::highest())),
        Some(codes) => {
            for code in codes {
                tops.push((code.to_string(), recorder.top_mark(code).await?));
            }
        }
    }
    let clearance = Clearance::up_to(grant.clearance);
    match tops.into_iter().find(|(_, top)| !clearance.permits(*top)) {
        None => Ok(()),
        Some((place, top)) => Err(Failure::new(format!(
            "the role `{role}` records in {place} only with a clearance for {top}: the rules judge the whole record"
        ))
        .with_help(format!("give --clearance {top}, or a role that only reads"))),
    }
}

async fn list(log: &Log, list: ListArgs) -> Result<(), Failure> {
    let now = log.environment().clock.now();
    let mut tokens = Tokens::new(log.clone()).list().await?;
    tokens.sort_by_key(|(entry, _)| (entry.issued_at, entry.issued.id.clone()));
    let rows = tokens.iter().map(|(entry, used)| row(entry, *used, now).to_vec());
    match list.format {
        ListFormat::Json => {
            let tokens: Vec<Value> = tokens.iter().map(|(entry, used)| as_json(entry, *used, now)).collect();
            print(&serde_json::to_string_pretty(&tokens)?)
        }
        ListFormat::Csv => print(&csv::write(&headings(&COLUMNS), rows)?),
        ListFormat::Table => {
            let rows = rows.map(|row| row.into_iter().map(TableCell::from).collect());
            print(&laid_out(&COLUMNS, rows.collect(), "no tokens", list.table.layout()))
        }
    }
}

async fn revoke_token(log: &Log, command: RevokeArgs) -> Result<(), Failure> {
    let metadata = command.issuer.metadata(log.environment())?;
    revoke(&Recorder::new(log.clone()), command.token.clone(), command.compromised, metadata).await?;
    print(&format!("token {} is revoked and no longer accepted", command.token))
}

const COLUMNS: [Column; 9] = [
    Column::whole("Token"),
    Column::names("Name"),
    Column::words("Roles"),
    Column::whole("Clearance"),
    Column::words("Committees").or_left_out(1),
    Column::words("Issued").or_left_out(3),
    Column::words("Expires").or_left_out(2),
    Column::whole("Standing"),
    Column::words("Last used").or_left_out(4),
];

fn row(entry: &TokenEntry, used: Option<DateTime<Utc>>, now: DateTime<Utc>) -> [String; 9] {
    let issued = &entry.issued;
    let short = |time: DateTime<Utc>| time.format("%Y-%m-%d %H:%M:%SZ").to_string();
    [
        issued.id.to_string(),
        entry.name().to_owned(),
        joined(&issued.roles),
        issued.clearance.to_string(),
        issued.committees.as_ref().map_or_else(|| "all committees".into(), |committees| joined(committees)),
        format!("{} by {}", short(entry.issued_at), entry.issued_by),
        issued.expires_at.map_or_else(|| "never".into(), short),
        entry.status(now).word().into(),
        used.map_or_else(|| "not yet".into(), short),
    ]
}

fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn as_json(entry: &TokenEntry, used: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Value {
    let issued = &entry.issued;
    json!({
        "id": issued.id,
        "name": entry.name(),
        "roles": issued.roles,
        "clearance": issued.clearance,
        "committees": issued.committees,
        "issued_at": times::exact(entry.issued_at),
        "issued_by": entry.issued_by,
        "valid_from": issued.valid_from.map(times::exact),
        "expires_at": issued.expires_at.map(times::exact),
        "standing": entry.status(now).word(),
        "last_used_at": used.map(times::exact),
    })
}

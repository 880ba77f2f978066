#!/usr/bin/env bash
# Checks that the time of an answer does not tell whether something above the reader exists: `scripts/check-timing.sh`, or
# `scripts/check-timing.sh --short` with fewer pairs. For each route an anonymous reader sends pairs of requests, one for a
# subject above them and one for a subject that does not exist, in random order over one connection. A classifier that
# takes the slower request of a pair for the hidden subject, or the faster one, may be right at most 55 % of the time.
#
# The ledger is a SQLite file. With MINUTEBOOK_TIMING_LEDGER, the URL of a new PostgreSQL database, it is that one.
#
# The table goes to standard output, progress to standard error.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}

pairs=2000 limit=55
case ${1-} in
'') ;;
--short) pairs=400 limit=60 ;;
*)
    echo 'usage: scripts/check-timing.sh [--short]' >&2
    exit 2
    ;;
esac

say() { printf '== %s\n' "$*" >&2; }

say 'building'
cargo build --release --locked --bin minutebook >&2
minutebook=$target/release/minutebook

folder=$(mktemp -d)
server=
stop() {
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
book=${MINUTEBOOK_TIMING_LEDGER:-sqlite:$folder/book.db}
"$minutebook" migrate --ledger "$book" >&2

say 'recording'
python3 scripts/timing_probe.py lines | "$minutebook" record lines - --actor check --ledger "$book" >"$folder/recorded" || {
    grep error "$folder/recorded" >&2
    exit 1
}

"$minutebook" serve --ledger "$book" --listen 127.0.0.1:0 --set limits.token_requests_per_minute=0 \
    --set limits.address_requests_per_minute=0 >"$folder/output" 2>&1 &
server=$!
address=
for ((i = 0; i < 100; i++)); do
    address=$(sed -n 's|^listening on http://\([^/]*\).*|\1|p' "$folder/output")
    [[ -z $address ]] || break
    sleep 0.1
done
[[ -n $address ]] || {
    cat "$folder/output" >&2
    exit 1
}

say "asking $pairs pairs a route"
python3 scripts/timing_probe.py probe "$address" "$pairs" "$limit"

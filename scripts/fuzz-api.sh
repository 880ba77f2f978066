#!/usr/bin/env bash
# Sends random requests to every route of a server on each store: `scripts/fuzz-api.sh [REQUESTS [SEED]]`, 100,000 on each
# store by default. It fails on any 500, any panic, any request without an answer, and on a ledger that `verify` finds
# damaged afterwards. scripts/check-api.sh compares fewer requests with the whole OpenAPI document.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
requests=${1:-100000}
[[ $requests =~ ^[1-9][0-9]*$ && ${2:-1} =~ ^[0-9]+$ ]] || {
    echo 'usage: scripts/fuzz-api.sh [REQUESTS [SEED]]' >&2
    exit 2
}
target=${CARGO_TARGET_DIR:-$PWD/target}
program=${MINUTEBOOK_PROGRAM:-$target/release/minutebook}
say() { printf '== %s\n' "$*" >&2; }
if [[ -z ${MINUTEBOOK_PROGRAM:-} ]]; then
    say 'building'
    cargo build --locked --release
fi
source scripts/bench-server.sh
for store in ${MB_STORES:-sqlite postgres}; do
    say "$requests requests to the server on $store"
    ledger=$(fresh "$store" fuzzed)
    python3 scripts/fuzz_api.py --program "$program" --ledger "$ledger" --requests "$requests" ${2:+--seed "$2"}
done

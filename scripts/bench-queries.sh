#!/usr/bin/env bash
# Measures reads whose cost must not grow with the book: statistics, single subjects, changes and lists over all committees,
# on both stores: `scripts/bench-queries.sh [EVENTS]`, 1,000,000 by default. Each line is JSON; docs/benchmarks.md explains
# them. MB_STORES names the stores; MINUTEBOOK_PROGRAM and MINUTEBOOK_FILL name a built program and a built `read_models`.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
events=${1:-1000000}
[[ $events =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/bench-queries.sh [EVENTS]' >&2
    exit 2
}

say() { printf '== %s\n' "$*" >&2; }

minutebook=${MINUTEBOOK_PROGRAM:-} read_models=${MINUTEBOOK_FILL:-}
if [[ -z $minutebook || -z $read_models ]]; then
    say 'building'
    read_models=$(cargo bench --locked --package minutebook-ledger --bench read_models --no-run --message-format=json |
        sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p')
    cargo build --release --locked --bin minutebook
    minutebook=$target/release/minutebook
fi

source scripts/bench-server.sh
for store in ${MB_STORES:-sqlite postgres}; do
    say "filling $store"
    book=$(fresh "$store" book)
    "$read_models" fill --url "$book" --events "$events"
    settle "$store" book
    token=$("$minutebook" token create bench --actor bench --role secretary --clearance RED --ledger "$book")
    : >"$folder/server.output"
    "$minutebook" serve --ledger "$book" --listen 127.0.0.1:0 --set limits.token_requests_per_minute=0 \
        --set limits.address_requests_per_minute=0 >"$folder/server.output" 2>&1 &
    server=$!
    until address=$(sed -n 's|^listening on http://\([^/]*\).*|\1|p' "$folder/server.output") && [[ -n $address ]]; do
        kill -0 "$server" || exit 1
        sleep 0.1
    done
    say "reading on $store"
    STORE=$store EVENTS=$events TOKEN=$token SERVER=$server python3 scripts/query-latency.py "$address"
    kill "$server"
    wait "$server" || true
done

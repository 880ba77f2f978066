#!/usr/bin/env bash
# Measures what read models cost and how fast they are read, on both stores, beside peers:
# `scripts/bench-read-models.sh [EVENTS]`, 1,000,000 by default. Each line is JSON; docs/benchmarks.md explains them.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
events=${1:-1000000}
[[ $events =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/bench-read-models.sh [EVENTS]' >&2
    exit 2
}

say() { printf '== %s\n' "$*" >&2; }

say 'building'
executable() {
    cargo bench --locked --workspace --bench "$1" --no-run --message-format=json |
        sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p'
}
read_models=$(executable read_models)
load=$(executable load)

source scripts/bench-server.sh

for ((round = 1; round <= 3; round++)); do
    for store in sqlite postgres; do
        for clients in 1 64; do
            # Alternately, so that other load on the machine affects both.
            say "appending on $store with $clients clients, round $round of 3"
            "$load" append --url "$(fresh "$store" one)" --clients "$clients" --seconds 3 --warm-up 1
            "$load" append --without-read-models --url "$(fresh "$store" one)" --clients "$clients" --seconds 3 --warm-up 1
        done
    done
done
say 'the same history, replayed by peers'
cargo build --release --locked --bin minutebook
cargo build --release --locked --manifest-path benches/peers/Cargo.toml --target-dir "$target"
"$read_models" fill --url "$(fresh sqlite history)" --events "$((events < 30000 ? events : 30000))"
"$target/release/minutebook" --ledger "sqlite:$folder/history.db" log --format ndjson >"$folder/history.ndjson"
tools=$target/eventsourcing
[[ -x $tools/bin/pip ]] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --requirement benches/peers/python/requirements.txt
for ((round = 1; round <= 3; round++)); do
    "$read_models" rebuild --url "sqlite:$folder/history.db"
    rm -f "$folder/replayed.db"
    "$tools/bin/python" benches/peers/python/replay.py "$folder/history.ndjson" "$folder/replayed.db"
done
# One round only: it reads and writes a view in a transaction of its own for each event, and takes longest.
timeout 600 "$target/release/minutebook-peers" --url "$(fresh postgres replayed)" --replay "$folder/history.ndjson" ||
    say 'the replay of cqrs-es was stopped after 10 minutes'

for store in sqlite postgres; do
    say "filling $store"
    url=$(fresh "$store" long)
    filled=$("$read_models" fill --url "$url" --events "$events")
    printf '%s\n' "$filled"
    committees=$(sed 's/.*"committees":\([0-9]*\).*/\1/' <<<"$filled")
    settle "$store" long
    for ((round = 1; round <= 3; round++)); do
        "$read_models" list --url "$url" --committees "$committees"
        "$read_models" rebuild --url "$url"
    done
done

#!/usr/bin/env bash
# Measures the ledger beside postgres-es and the bare limit, on one PostgreSQL: `scripts/bench.sh`, or
# `scripts/bench.sh --short` for a quick run. docs/benchmarks.md explains the comparison.
#
# The table goes to standard output, progress to standard error. The raw lines stay in target/bench.jsonl.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}

rounds=3 seconds=5 warm_up=2 small=10000 large=1000000
case ${1-} in
'') ;;
--short) rounds=1 seconds=1 warm_up=0.5 large=100000 ;;
*)
    echo 'usage: scripts/bench.sh [--short]' >&2
    exit 2
    ;;
esac

say() { printf '== %s\n' "$*" >&2; }

say 'building'
load=$(cargo bench --locked --package minutebook-ledger --bench load --no-run --message-format=json |
    sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p')
cargo build --release --locked --manifest-path benches/peers/Cargo.toml --target-dir "$target"
peers=$target/release/minutebook-peers

source scripts/bench-server.sh

lines=$target/bench.jsonl
: >"$lines"
measure() { "$@" | tee -a "$lines" >&2; }
span=(--seconds "$seconds" --warm-up "$warm_up")

measure "$load" flush "$folder"
for ((round = 1; round <= rounds; round++)); do
    say "appending, round $round of $rounds"
    measure "$load" append --url "$(fresh postgres one)" "${span[@]}"
    measure "$peers" --url "$(fresh postgres one)" "${span[@]}"
    measure "$load" bare --url "$(fresh postgres one)" "${span[@]}"
    measure "$load" bare --one-statement --url "$(fresh postgres one)" "${span[@]}"
    measure "$load" append --url "$(fresh postgres one)" --clients 64 "${span[@]}"
    measure "$peers" --url "$(fresh postgres one)" --clients 64 "${span[@]}"
    measure "$load" append --url "$(fresh sqlite one)" "${span[@]}"
    measure "$load" bare --url "$(fresh sqlite one)" "${span[@]}"
    measure "$load" append --url "$(fresh sqlite one)" --clients 64 "${span[@]}"
done

say 'filling'
declare -A long
for store in postgres sqlite; do
    long[$store]=$(fresh "$store" long)
    measure "$load" fill --url "${long[$store]}" --events "$large" --label large
    settle "$store" long
done
for ((round = 1; round <= rounds; round++)); do
    for store in postgres sqlite; do
        say "reading and growing on $store, round $round of $rounds"
        measure "$load" read --url "${long[$store]}" --label large
        short=$(fresh "$store" short)
        "$load" fill --url "$short" --events "$small" >/dev/null
        settle "$store" short
        measure "$load" read --url "$short" --label small
        for clients in 1 64; do
            measure "$load" append --url "$short" --label small --clients "$clients" "${span[@]}"
            measure "$load" append --url "${long[$store]}" --label large --clients "$clients" "${span[@]}"
        done
    done
done

"$load" report "$lines"

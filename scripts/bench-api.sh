#!/usr/bin/env bash
# Measures the HTTP API beside a bare axum handler and the writer in the same process: `scripts/bench-api.sh`, or
# `scripts/bench-api.sh --short` for a quick run on SQLite alone. docs/benchmarks.md explains the comparison.
#
# The tables go to standard output, progress to standard error. The raw lines stay in target/bench-api.jsonl.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}

rounds=5 seconds=5 events=1000000 stores=(sqlite postgres)
case ${1-} in
'') ;;
--short) rounds=1 seconds=2 events=100000 stores=(sqlite) ;;
*)
    echo 'usage: scripts/bench-api.sh [--short]' >&2
    exit 2
    ;;
esac

say() { printf '== %s\n' "$*" >&2; }

command -v wrk >/dev/null || {
    say 'installing wrk'
    as_root=()
    [[ $(id -u) == 0 ]] || as_root=(sudo)
    "${as_root[@]}" apt-get install -y --no-install-recommends wrk >&2 || {
        echo 'wrk is missing: install the package wrk' >&2
        exit 1
    }
}

say 'building'
executable() {
    cargo bench --locked --workspace --bench "$1" --no-run --message-format=json |
        sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p'
}
api=$(executable api)
load=$(executable load)
read_models=$(executable read_models)
# Building a bench also builds the programs of its package.
minutebook=$target/release/minutebook

source scripts/bench-server.sh

lines=$target/bench-api.jsonl
: >"$lines"
measure() { "$@" | tee -a "$lines" >&2; }

# Starts a server and waits until it listens. Sets `address` and `process`.
start_server() {
    local output=$folder/server.output
    : >"$output"
    "$@" >"$output" 2>&1 &
    process=$!
    address=
    for ((i = 0; i < 600; i++)); do
        address=$(sed -n 's|^listening on http://\([^/]*\).*|\1|p' "$output")
        [[ -z $address ]] || return 0
        kill -0 "$process" 2>/dev/null || break
        sleep 0.1
    done
    cat "$output" >&2
    exit 1
}
serve() {
    start_server "$minutebook" serve --ledger "$1" --listen 127.0.0.1:0 --set limits.token_requests_per_minute=0 \
        --set limits.address_requests_per_minute=0
}
end() { kill "$1" && wait "$1" || true; }
token() { "$minutebook" token create bench --actor bench --role secretary --clearance RED --ledger "$1"; }

for store in "${stores[@]}"; do
    say "filling $store"
    book=$(fresh "$store" book)
    measure "$read_models" fill --url "$book" --events "$events"
    settle "$store" book
    for ((round = 1; round <= rounds; round++)); do
        say "starting on $store, round $round of $rounds"
        measure "$api" start --program "$minutebook" --ledger "$book" --store "$store" --events "$events"
    done

    token=$(token "$book")
    serve "$book"
    server=$process at=http://$address
    declare -A asked=(
        [now]='/api/v1/actions?committee=SAAA'
        [past]='/api/v1/actions?committee=SAAA&as_of=2010-06-15'
        ['hundred rows']='/api/v1/actions?committee=SAAA&all=true'
        ['with a token']='/api/v1/actions?committee=SAAA'
        ['not modified']='/api/v1/actions?committee=SAAA'
    )
    for ((round = 1; round <= rounds; round++)); do
        for case in now past 'hundred rows' 'with a token' 'not modified'; do
            say "reading on $store, $case, round $round of $rounds"
            with=()
            [[ $case != 'with a token' ]] || with=(--token "$token")
            start_server "$api" bare --like "$at${asked[$case]}" "${with[@]}"
            bare=http://$address${asked[$case]}
            as=(--case "$case" --store "$store" --seconds "$seconds" "${with[@]}")
            if [[ $case == 'not modified' ]]; then
                measure "$api" read --peer bare --url "http://$address/not-modified" "${as[@]}"
                as+=(--if-none-match)
            else
                measure "$api" read --peer bare --url "$bare" "${as[@]}"
            fi
            end "$process"
            measure "$api" read --peer minutebook --url "$at${asked[$case]}" "${as[@]}"
        done
    done
    end "$server"

    for ((round = 1; round <= rounds; round++)); do
        say "recording on $store, round $round of $rounds"
        measure "$load" append --url "$(fresh "$store" one)" --clients 64 --seconds "$seconds" --warm-up 1
        book=$(fresh "$store" one)
        "$minutebook" migrate --ledger "$book" >&2
        token=$(token "$book")
        serve "$book"
        measure "$api" write --server "$address" --token "$token" --store "$store" --seconds "$seconds"
        end "$process"
        say "following on $store, round $round of $rounds"
        serve "$book"
        measure "$api" follow --server "$address" --process "$process" --token "$token" --store "$store"
        end "$process"
    done
done

"$api" report "$lines"

#!/usr/bin/env bash
# Holds the running server against its own OpenAPI document, on both stores, with all checks of schemathesis:
# `scripts/check-api.sh [EXAMPLES]`. EXAMPLES is how many requests at most are made up for each operation (5),
# besides the examples of the document and the bounds of every schema. Anything that is not as the document says it,
# and any 5xx, fails it.
#
# schemathesis is installed beside the build, at the version of tests/schemathesis/requirements.txt. It calls every
# operation as an anonymous reader and as a secretary, except the live feed: its answer has no end
# (tests/api/feed.rs).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
examples=${1:-5}
[[ $examples =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/check-api.sh [EXAMPLES]' >&2
    exit 2
}
target=${CARGO_TARGET_DIR:-$PWD/target}
say() { printf '== %s\n' "$*" >&2; }

command -v python3 >/dev/null || {
    echo 'check-api.sh: Python is missing: install python3 with its venv' >&2
    exit 1
}
tools=$target/schemathesis
if ! cmp -s tests/schemathesis/requirements.txt "$tools/installed"; then
    say 'installing schemathesis'
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement tests/schemathesis/requirements.txt
    cp tests/schemathesis/requirements.txt "$tools/installed"
fi

say 'building'
cargo build --locked
minutebook=$target/debug/minutebook

source scripts/bench-server.sh

export MINUTEBOOK_ACTOR=secretary
servers=() checks=() reports=()
stop() {
    ((${#servers[@]} == 0)) || kill -TERM "${servers[@]}" 2>/dev/null || true
    clean_up
}
trap stop EXIT

# At once, in a process each: many of the requests wait for a position that never comes.
for store in sqlite postgres; do
    export MINUTEBOOK_LEDGER
    MINUTEBOOK_LEDGER=$(fresh "$store" checked)
    "$minutebook" migrate >/dev/null
    "$minutebook" record lines tests/schemathesis/committee.ndjson >/dev/null
    token=$("$minutebook" token create --role secretary,admin,auditor --clearance RED 'The checker' 2>/dev/null)
    log=$target/check-api-$store.log
    "$minutebook" serve --listen 127.0.0.1:0 --set limits.address_requests_per_minute=0 \
        --set limits.token_requests_per_minute=0 --set limits.bad_tokens_per_minute=0 >"$log" 2>&1 &
    servers+=($!)
    at=
    for ((tenth = 0; tenth < 100 && ${#at} == 0; tenth++)); do
        sleep 0.1
        at=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$log" | head -1 || true)
    done
    [[ -n $at ]] || {
        cat "$log" >&2
        exit 1
    }
    for who in anonymous secretary; do
        say "calling the server on $store, $who"
        as=()
        [[ $who == anonymous ]] || as=(--header "Authorization: Bearer $token")
        report=$target/check-api-$store-$who.txt
        "$tools/bin/schemathesis" --config-file tests/schemathesis/schemathesis.toml \
            run "$at/api/v1/openapi.json" --checks all "${as[@]}" --max-examples "$examples" --continue-on-failure \
            --exclude-path /api/v1/events/stream --request-timeout 30 --generation-database none --warnings off \
            --no-color >"$report" 2>&1 &
        checks+=($!)
        reports+=("$report")
    done
done

amiss=0 made_up=0
for check in "${!checks[@]}"; do
    wait "${checks[$check]}" || {
        amiss=1
        cat "${reports[$check]}"
    }
    made_up=$((made_up + $(sed -n 's/^ *\([0-9]*\) generated.*/\1/p' "${reports[$check]}" || echo 0)))
done
for store in sqlite postgres; do
    if grep -E 'status=5[0-9][0-9]' "$target/check-api-$store.log"; then
        echo "check-api.sh: a 5xx; $target/check-api-$store.log says why" >&2
        amiss=1
    fi
    MINUTEBOOK_LEDGER=$([[ $store == sqlite ]] && echo "sqlite:$folder/checked.db" || postgres_url checked) \
        "$minutebook" verify >&2
done
((amiss == 0)) || exit 1
say "$made_up requests made up and answered, none of them amiss"

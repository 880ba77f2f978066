#!/usr/bin/env bash
# Checks the running server against its own OpenAPI document with all checks of schemathesis, on both stores:
# `scripts/check-api.sh [EXAMPLES]`. EXAMPLES is the largest number of random requests for each operation, 5 by default;
# the examples of the document and the bounds of every schema come on top. The check fails on any difference from the
# document, on any 5xx, and on fewer than 2000 requests.
#
# schemathesis is installed beside the build, at the version of tests/schemathesis/requirements.txt. It calls every
# operation as an anonymous reader and as a secretary, except the live feed, whose answer never ends (tests/api/feed.rs).
#
# Then two generators make clients from the document, openapi-python-client and openapi-generator (its Java comes with
# tests/clients/requirements.txt), and scripts read lists of the sample committee with both, and its calendars.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
examples=${1:-5}
[[ $examples =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/check-api.sh [EXAMPLES]' >&2
    exit 2
}
target=${CARGO_TARGET_DIR:-$PWD/target}
fewest=2000
say() { printf '== %s\n' "$*" >&2; }
fail() {
    printf 'check-api.sh: %s\n' "$*" >&2
    exit 1
}

has_python() { python3 -c 'import ensurepip, venv' 2>/dev/null; }
as_root() {
    if [[ $(id -u) == 0 ]]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}
if ! has_python; then
    command -v apt-get >/dev/null || fail 'Python 3 with venv is missing, and there is no apt-get here: install it and run this again'
    say 'installing python3 and python3-venv'
    as_root apt-get update
    as_root apt-get install -y --no-install-recommends python3 python3-venv
    has_python || fail 'there is still no Python 3 with venv after the installation'
fi
# Installs the packages of a requirements file into a folder of their own beside the build.
install_tools() {
    local requirements=$1 folder=$2
    ! cmp -s "$requirements" "$folder/installed" || return 0
    say "installing ${folder##*/}"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$folder/installed"
}
tools=$target/schemathesis
clients=$target/clients
install_tools tests/schemathesis/requirements.txt "$tools"
install_tools tests/clients/requirements.txt "$clients"

say 'building'
cargo build --locked
minutebook=$target/debug/minutebook

source scripts/bench-server.sh

export MINUTEBOOK_ACTOR=secretary SCHEMATHESIS_HOOKS=$PWD/tests/schemathesis/formats.py
servers=() checks=() reports=()
stop() {
    ((${#checks[@]} == 0)) || kill -TERM "${checks[@]}" 2>/dev/null || true
    ((${#servers[@]} == 0)) || kill -TERM "${servers[@]}" 2>/dev/null || true
    clean_up
}
trap stop EXIT

# The commands of a ledger that is longer than the positions in the document's examples: a request for a later position
# would wait.
commands() {
    cat tests/schemathesis/committee.ndjson
    for ((event = 0; event < 100; event++)); do
        echo '{"stream": "action:SSC72/01", "type": "ActionProgressed", "data": {"reported": "on target", "progressed_on": "2019-03-01"}}'
    done
}

# Anonymous writes are refused before their body is read, so only the secretary's writes cover the bounds of schemas.
call() {
    local address=$1 who=$2
    shift 2
    local calls=("$tools/bin/schemathesis" --config-file tests/schemathesis/schemathesis.toml run
        "$address/api/v1/openapi.json" --checks all --max-examples "$examples" --continue-on-failure
        --exclude-path /api/v1/events/stream --generation-with-security-parameters false --request-timeout 30 --generation-database none --warnings off --no-color)
    if [[ $who == secretary ]]; then
        "${calls[@]}" --header "Authorization: Bearer $1"
    else
        "${calls[@]}" --exclude-method POST --exclude-method DELETE
        "${calls[@]}" --exclude-method GET --phases examples,fuzzing
    fi
}

# Waits for a server, whose log is $1, and prints its address.
address_of() {
    local at=
    for ((tenth = 0; tenth < 100 && ${#at} == 0; tenth++)); do
        sleep 0.1
        at=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$1" | head -1 || true)
    done
    [[ -n $at ]] || fail "the server did not start: $(cat "$1")"
    echo "$at"
}

say 'generating clients'
sample=$(fresh sqlite clients)
"$minutebook" --ledger "$sample" import sample >/dev/null 2>&1
"$minutebook" --ledger "$sample" token create --role member --clearance RED 'The clients' 2>/dev/null >"$clients/token"
"$minutebook" --ledger "$sample" serve --listen 127.0.0.1:0 >"$target/check-clients.log" 2>&1 &
servers+=($!)
at=$(address_of "$target/check-clients.log")
curl --silent --fail --output "$clients/openapi.json" "$at/api/v1/openapi.json"
rm -rf "$clients/generated"
mkdir "$clients/generated"
"$clients/bin/openapi-python-client" generate --path "$clients/openapi.json" --meta none --fail-on-warning \
    --config tests/clients/openapi-python-client.yaml --output-path "$clients/generated/minutebook_client" \
    >"$clients/log" 2>&1 || fail "openapi-python-client: $(cat "$clients/log")"
"$clients/bin/openapi-generator-cli" generate --input-spec "$clients/openapi.json" --generator-name python \
    --output "$clients/generated" --additional-properties packageName=minutebook_generated >"$clients/log" 2>&1 ||
    fail "openapi-generator: $(tail -40 "$clients/log")"
"$clients/bin/python" -m compileall -q "$clients/generated/minutebook_client" "$clients/generated/minutebook_generated"
"$clients/bin/python" tests/clients/read_lists.py "$at" "$(cat "$clients/token")" "$clients/generated"

# All at once, each in a process of its own, because some requests wait for a position that never comes.
for store in sqlite postgres; do
    export MINUTEBOOK_LEDGER
    MINUTEBOOK_LEDGER=$(fresh "$store" checked)
    "$minutebook" migrate >/dev/null
    commands | "$minutebook" record lines >/dev/null
    token=$("$minutebook" token create --role secretary,admin,auditor --clearance RED 'The checker' 2>/dev/null)
    log=$target/check-api-$store.log
    "$minutebook" serve --listen 127.0.0.1:0 --set limits.address_requests_per_minute=0 \
        --set limits.token_requests_per_minute=0 --set limits.bad_tokens_per_minute=0 >"$log" 2>&1 &
    servers+=($!)
    at=$(address_of "$log")
    for who in anonymous secretary; do
        say "calling the server on $store, $who"
        report=$target/check-api-$store-$who.txt
        call "$at" "$who" "$token" >"$report" 2>&1 &
        checks+=($!)
        reports+=("$report")
    done
done

failed=0 generated_total=0
for check in "${!checks[@]}"; do
    wait "${checks[$check]}" || {
        failed=1
        cut -c1-2000 "${reports[$check]}"
    }
    for generated in $(sed -n 's/^ *\([0-9]*\) generated.*/\1/p' "${reports[$check]}"); do
        generated_total=$((generated_total + generated))
    done
done
checks=()
for store in sqlite postgres; do
    if grep -E 'status=5[0-9][0-9]' "$target/check-api-$store.log"; then
        echo "check-api.sh: a 5xx; $target/check-api-$store.log says why" >&2
        failed=1
    fi
    MINUTEBOOK_LEDGER=$([[ $store == sqlite ]] && echo "sqlite:$folder/checked.db" || postgres_url checked) \
        "$minutebook" verify >&2
done
((failed == 0)) || exit 1
((generated_total >= fewest)) || fail "only $generated_total requests were generated; at least $fewest are needed"
say "$generated_total generated requests passed, in $SECONDS seconds"

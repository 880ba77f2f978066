#!/usr/bin/env bash
# Measures appends with read models, lists and sizes beside an earlier version, in the same run:
# `scripts/bench-before.sh EARLIER [EVENTS]`, a commit and 100,000 by default. Each line is JSON; docs/benchmarks.md explains
# them. The earlier version is built in a folder of its own beside the build.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
earlier=${1:-}
events=${2:-100000}
git rev-parse --verify --quiet "$earlier^{commit}" >/dev/null && [[ $events =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/bench-before.sh EARLIER [EVENTS]: a commit, and a number of events' >&2
    exit 2
}

say() { printf '== %s\n' "$*" >&2; }

# Prints the path of a bench of the ledger, in the folder of a version.
executable() {
    (cd "$1" && CARGO_TARGET_DIR=$2 cargo bench --locked --package minutebook-ledger --bench "$3" --no-run --message-format=json) |
        sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p'
}
say "building $earlier and this version"
checkout=$target/before/source
rm -rf "$checkout" && mkdir -p "$checkout"
git archive "$earlier" | tar -x -C "$checkout"
declare -A load read_models
load[before]=$(executable "$checkout" "$target/before/target" load)
read_models[before]=$(executable "$checkout" "$target/before/target" read_models)
load[after]=$(executable "$PWD" "$target" load)
read_models[after]=$(executable "$PWD" "$target" read_models)

source scripts/bench-server.sh

# Each round begins with the other version, so that other load on the machine affects both.
order() { (($1 % 2)) && echo before after || echo after before; }
labelled() { sed "s/^{/{\"version\":\"$1\",\"round\":$2,/"; }

for ((round = 1; round <= 4; round++)); do
    for store in sqlite postgres; do
        for clients in 1 64; do
            say "appending on $store with $clients clients, round $round of 4"
            for version in $(order "$round"); do
                url=$(fresh "$store" "${version}_one")
                "${load[$version]}" append --url "$url" --clients "$clients" --seconds 3 --warm-up 1 | labelled "$version" "$round"
            done
        done
    done
done
for store in sqlite postgres; do
    declare -A urls committees
    for version in before after; do
        say "filling $store with $version"
        urls[$version]=$(fresh "$store" "${version}_long")
        filled=$("${read_models[$version]}" fill --url "${urls[$version]}" --events "$events")
        labelled "$version" 1 <<<"$filled"
        committees[$version]=$(sed 's/.*"committees":\([0-9]*\).*/\1/' <<<"$filled")
        settle "$store" "${version}_long"
    done
    for ((round = 1; round <= 6; round++)); do
        for version in $(order "$round"); do
            "${read_models[$version]}" list --url "${urls[$version]}" --committees "${committees[$version]}" | labelled "$version" "$round"
        done
    done
    for version in before after; do
        if [[ $store == sqlite ]]; then
            size=$(stat -c %s "$folder/${version}_long.db")
        else
            size=$("$bin/psql" -X -q -A -t -h "$socket" -U postgres -d "${version}_long" -c 'SELECT pg_database_size(current_database())')
        fi
        printf '{"version":"%s","measure":"size","store":"%s","bytes":%s}\n' "$version" "$store" "$size"
    done
done

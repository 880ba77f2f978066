#!/usr/bin/env bash
# Measures an archive of meetings: `scripts/bench-archive.sh [MEETINGS]`, 500 by default. In three rounds the documents
# are parsed, imported into SQLite and PostgreSQL, and rendered. The bare limit beside them appends the same events
# without parsing or rules.
#
# Each measurement prints one line of JSON.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
meetings=${1:-500} rounds=3

say() { printf '== %s\n' "$*" >&2; }

say 'building'
archive=$(cargo bench --locked --bench archive --no-run --message-format=json |
    sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p')
source scripts/bench-server.sh

span=(--meetings "$meetings")
for ((round = 1; round <= rounds; round++)); do
    say "round $round of $rounds"
    "$archive" parse "${span[@]}"
    for store in sqlite postgres; do
        book=$(fresh "$store" archive)
        "$archive" import --url "$book" "${span[@]}"
        "$archive" bare --from "$book" --url "$(fresh "$store" bare)" "${span[@]}"
        "$archive" render --url "$book" "${span[@]}"
    done
done

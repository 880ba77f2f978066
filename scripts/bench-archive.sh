#!/usr/bin/env bash
# What an archive costs: `scripts/bench-archive.sh [MEETINGS]`, 500 of them unless said otherwise. Its documents are parsed,
# imported into SQLite and PostgreSQL, and rendered, three rounds by turns; beside them stands the bare limit, the same
# events appended with nothing read and nothing judged.
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

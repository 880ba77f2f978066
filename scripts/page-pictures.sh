#!/usr/bin/env bash
# Makes the pictures of docs/page.md from the sample committee: `scripts/page-pictures.sh`, or
# `scripts/page-pictures.sh FOLDER [NAME…]` for pictures elsewhere, or for some of them. The names are in
# tests/page/pictures.mjs. It needs what `scripts/test.sh --prepare` installs. MINUTEBOOK_PROGRAM names a program that is built.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
program=${MINUTEBOOK_PROGRAM:-$target/debug/minutebook}
if [[ -z ${MINUTEBOOK_PROGRAM:-} ]]; then
    cargo build --locked --bin minutebook
fi
pictures=$(realpath -m "${1:-docs/images/page}")
shift || true

folder=$(mktemp -d)
server=
stop() {
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
export MINUTEBOOK_ACTOR=jane MINUTEBOOK_LEDGER="sqlite:$folder/book.db"
"$program" demo --file "$folder/book.db" >"$folder/demo"
token=$("$program" token create jane.smith --role reader,auditor --clearance RED 2>/dev/null | head -n 1)

"$program" serve --listen 127.0.0.1:0 >"$folder/output" 2>&1 &
server=$!
address=
for _ in $(seq 100); do
    address=$(grep -o 'http://[0-9.:]*' "$folder/output" | head -n 1 || true)
    [[ -z $address ]] || break
    sleep 0.1
done
[[ -n $address ]] || {
    cat "$folder/output" >&2
    exit 1
}

names=$(printf '"%s",' "$@")
[[ $# -gt 0 ]] && names=", \"names\": [${names%,}]" || names=
printf '{"base": "%s", "token": "%s", "folder": "%s"%s}' "$address" "$token" "$pictures" "$names" |
    (cd tests/page && node pictures.mjs)
echo

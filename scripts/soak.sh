#!/usr/bin/env bash
# Keeps a server on each store under half of the load that it can bear: `scripts/soak.sh [SECONDS]`, 600 by default, with
# the release build; `scripts/soak.sh --short` takes 20 seconds a store and the debug build. The table goes to standard
# output. It fails on any error, on memory or descriptors that grow after the first minute, and, over 600 seconds, on
# reads that grow more than half as slow again. `verify` finds each ledger sound in the end. MB_STORES names the stores.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=600 profile=(--release) build=release
if [[ ${1:-} == --short ]]; then
    seconds=20 profile=() build=debug
elif [[ -n ${1:-} ]]; then
    seconds=$1
fi
[[ $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/soak.sh [SECONDS | --short]' >&2
    exit 2
}
target=${CARGO_TARGET_DIR:-$PWD/target}
program=${MINUTEBOOK_PROGRAM:-$target/$build/minutebook}
say() { printf '== %s\n' "$*" >&2; }
if [[ -z ${MINUTEBOOK_PROGRAM:-} ]]; then
    say 'building'
    cargo build --locked "${profile[@]}"
fi
source scripts/bench-server.sh

echo '| store | saturation, reads + writes a second | reads + writes + uploads | events | errors | memory | descriptors | read p99 |'
echo '|---|---|---|---|---|---|---|---|'
for store in ${MB_STORES:-sqlite postgres}; do
    say "$seconds seconds on $store"
    ledger=$(fresh "$store" soak)
    python3 scripts/soak_load.py --program "$program" --ledger "$ledger" --name "$store" --seconds "$seconds"
done

#!/usr/bin/env bash
# Kills a process 50 times on each store as it makes the read models again, at moments of chance, while another appends
# and reads: `scripts/kill-rebuild.sh [KILLS]`. After each kill the live rows are compared with the plain fold of the log;
# at the end `verify` is run, and all is made again. scripts/test.sh does the same with 10 kills.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-50}
[[ $kills =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/kill-rebuild.sh [KILLS]' >&2
    exit 2
}
MINUTEBOOK_REBUILD_KILLS=$kills cargo test --locked --test main -- \
    a_rebuild_killed_at_random_moments_leaves_the_rows_whole --nocapture

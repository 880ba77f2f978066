#!/usr/bin/env bash
# Kills a rebuild of the read models 50 times on each store at random moments, while another process appends and reads:
# `scripts/kill-rebuild.sh [KILLS]`. After each kill the rows are compared with the plain fold of the log. At the end
# come `verify` and a full rebuild. scripts/test.sh does the same with 10 kills.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-50}
[[ $kills =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/kill-rebuild.sh [KILLS]' >&2
    exit 2
}
MINUTEBOOK_REBUILD_KILLS=$kills cargo test --locked --test main -- \
    a_rebuild_killed_at_random_moments_leaves_the_rows_intact --nocapture

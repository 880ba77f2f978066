#!/usr/bin/env bash
# Kills `minutebook serve` 100 times on each store under 32 writing clients: `scripts/kill-server.sh [KILLS]`. In the end
# every acknowledged write is recorded once, every command has one outcome, and `verify` finds no problem.
# scripts/test.sh does the same with 3 kills.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-100}
[[ $kills =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/kill-server.sh [KILLS]' >&2
    exit 2
}
MINUTEBOOK_KILLS=$kills cargo test --locked --test main -- \
    a_server_killed_under_its_writers_keeps_its_word --nocapture

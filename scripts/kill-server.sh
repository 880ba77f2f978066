#!/usr/bin/env bash
# Kills `minutebook serve` 200 times on each store under 32 writing clients, and crashes PostgreSQL 20 times under them:
# `scripts/kill-server.sh [KILLS [RESTARTS]]`. In the end every acknowledged write is recorded once, every command has one
# outcome, and `verify` finds no problem. scripts/test.sh does the same with 3 kills and 2 restarts.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-200} restarts=${2:-20}
[[ $kills =~ ^[1-9][0-9]*$ && $restarts =~ ^[1-9][0-9]*$ ]] || {
    echo 'usage: scripts/kill-server.sh [KILLS [RESTARTS]]' >&2
    exit 2
}
MINUTEBOOK_KILLS=$kills MINUTEBOOK_RESTARTS=$restarts cargo test --locked --test main -- server_crash --nocapture

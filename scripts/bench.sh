#!/usr/bin/env bash
# The ledger's speed beside postgres-es and the bare limit, in one run on one PostgreSQL: `scripts/bench.sh`, or
# `scripts/bench.sh --short` for a look. docs/benchmarks.md says what is compared and why.
#
# The table goes to standard output, what is being done to standard error. The lines behind the table stay in
# target/bench.jsonl.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}

rounds=3 seconds=5 warm_up=2 small=10000 large=1000000
case ${1-} in
'') ;;
--short) rounds=1 seconds=1 warm_up=0.5 large=100000 ;;
*)
    echo 'usage: scripts/bench.sh [--short]' >&2
    exit 2
    ;;
esac

say() { printf '== %s\n' "$*" >&2; }

say 'building'
load=$(cargo bench --locked --bench load --no-run --message-format=json |
    sed -n 's/.*"kind":\["bench"\].*"executable":"\([^"]*\)".*/\1/p')
cargo build --release --locked --manifest-path benches/peers/Cargo.toml --target-dir "$target"
peers=$target/release/minutebook-peers

bin=${MINUTEBOOK_PG_BIN:-$(pg_config --bindir 2>/dev/null || true)}
for candidate in /usr/lib/postgresql/*/bin; do
    [[ -x $bin/initdb ]] || bin=$candidate
done
[[ -x $bin/initdb ]] || {
    echo 'PostgreSQL is missing: install its server, or set MINUTEBOOK_PG_BIN to the folder of initdb' >&2
    exit 1
}

# On the same disk as the build, not in /tmp, which may be memory. The path of a socket has at most 107 bytes.
mkdir -p "$target"
folder=$(mktemp -d "$target/bench.XXXXXX")
socket=$(mktemp -d /tmp/mb-bench.XXXXXX)
as_server=()
if [[ $(id -u) == 0 ]]; then
    # The server refuses to run as root.
    as_server=(setpriv "--reuid=$(id -u postgres)" "--regid=$(id -g postgres)" --clear-groups)
    chown postgres "$folder" "$socket"
fi
server() { (cd / && "${as_server[@]}" "$bin/$@"); }
clean_up() {
    server pg_ctl stop --pgdata="$folder/data" --mode=immediate --silent >/dev/null 2>&1 || true
    rm -rf "$folder" "$socket"
}
trap clean_up EXIT

say 'starting PostgreSQL'
server initdb --pgdata="$folder/data" --auth=trust --encoding=UTF8 --locale=C --username=postgres >/dev/null
# fsync and synchronous_commit are on by default; they are said here because everything rests on them. The rest is
# as it comes.
cat >>"$folder/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$socket'
fsync = on
synchronous_commit = on
EOF
server pg_ctl start --pgdata="$folder/data" --log="$folder/data/server.log" --wait --silent >&2

sql() { PGOPTIONS=--client-min-messages=warning "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$socket" -U postgres -d "$1" -c "$2" >&2; }
postgres_url() { printf 'postgres:///%s?host=%s&user=postgres&sslmode=disable' "$1" "$socket"; }
# An empty ledger on this store, and its URL. Every measurement begins on one of its own.
fresh() {
    if [[ $1 == sqlite ]]; then
        rm -f "$folder/$2".db*
        printf 'sqlite:%s' "$folder/$2.db"
    else
        sql postgres "DROP DATABASE IF EXISTS $2 WITH (FORCE)"
        sql postgres "CREATE DATABASE $2"
        postgres_url "$2"
    fi
}
# What the filling left to be done in the background is done now, and disturbs no measurement.
settle() { [[ $1 == sqlite ]] || { sql "$2" 'VACUUM ANALYZE' && sql "$2" CHECKPOINT; }; }

lines=$target/bench.jsonl
: >"$lines"
measure() { "$@" | tee -a "$lines" >&2; }
span=(--seconds "$seconds" --warm-up "$warm_up")

measure "$load" flush "$folder"
for ((round = 1; round <= rounds; round++)); do
    say "appending, round $round of $rounds"
    measure "$load" append --url "$(fresh postgres one)" "${span[@]}"
    measure "$peers" --url "$(fresh postgres one)" "${span[@]}"
    measure "$load" bare --url "$(fresh postgres one)" "${span[@]}"
    measure "$load" bare --one-statement --url "$(fresh postgres one)" "${span[@]}"
    measure "$load" append --url "$(fresh postgres one)" --clients 64 "${span[@]}"
    measure "$peers" --url "$(fresh postgres one)" --clients 64 "${span[@]}"
    measure "$load" append --url "$(fresh sqlite one)" "${span[@]}"
    measure "$load" bare --url "$(fresh sqlite one)" "${span[@]}"
    measure "$load" append --url "$(fresh sqlite one)" --clients 64 "${span[@]}"
done

say 'filling'
declare -A long
for store in postgres sqlite; do
    long[$store]=$(fresh "$store" long)
    measure "$load" fill --url "${long[$store]}" --events "$large" --label large
    settle "$store" long
done
for ((round = 1; round <= rounds; round++)); do
    for store in postgres sqlite; do
        say "reading and growing on $store, round $round of $rounds"
        measure "$load" read --url "${long[$store]}" --label large
        short=$(fresh "$store" short)
        "$load" fill --url "$short" --events "$small" >/dev/null
        settle "$store" short
        measure "$load" read --url "$short" --label small
        for clients in 1 64; do
            measure "$load" append --url "$short" --label small --clients "$clients" "${span[@]}"
            measure "$load" append --url "${long[$store]}" --label large --clients "$clients" "${span[@]}"
        done
    done
done

"$load" report "$lines"

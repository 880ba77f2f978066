# Sourced by the benchmarks, with `target` and `say` set: a PostgreSQL server of their own on the disk of the build, gone
# when the script ends, and empty ledgers on either store.

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

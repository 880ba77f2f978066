# Sourced by scripts that set `target` and `say`. Starts a PostgreSQL server on the disk of the build, stops it when the
# script ends, and makes empty ledgers on either store.

bin=${MINUTEBOOK_PG_BIN:-$(pg_config --bindir 2>/dev/null || true)}
for candidate in /usr/lib/postgresql/*/bin; do
    [[ -x $bin/initdb ]] || bin=$candidate
done
[[ -x $bin/initdb ]] || {
    echo 'PostgreSQL is missing: install its server, or set MINUTEBOOK_PG_BIN to the folder of initdb' >&2
    exit 1
}

# On the disk of the build, because /tmp may be memory. The socket is in /tmp, because its path has at most 107 bytes.
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
# fsync and synchronous_commit are on by default; they are set here because the figures depend on them. All other
# settings are the defaults.
cat >>"$folder/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$socket'
fsync = on
synchronous_commit = on
EOF
server pg_ctl start --pgdata="$folder/data" --log="$folder/data/server.log" --wait --silent >&2

sql() { PGOPTIONS=--client-min-messages=warning "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$socket" -U postgres -d "$1" -c "$2" >&2; }
postgres_url() { printf 'postgres:///%s?host=%s&user=postgres&sslmode=disable' "$1" "$socket"; }
# Makes an empty ledger on this store and prints its URL. Every measurement starts on a fresh one.
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
# Finishes the background work of filling, so that it disturbs no measurement.
settle() { [[ $1 == sqlite ]] || { sql "$2" 'VACUUM ANALYZE' && sql "$2" CHECKPOINT; }; }

#!/usr/bin/env bash
# Runs all tests on a machine that has Rust and perhaps nothing else.
#
#   scripts/test.sh [ARGUMENTS OF cargo test]   installs what the tests need, then runs them
#   scripts/test.sh --prepare                   only installs what the tests need
#
# The tests need a C compiler for linking and for the bundled SQLite, PostgreSQL's server, PgBouncer, Python 3 for the checker of
# disclosures, Node with npm for the OpenID provider in tests/oidc, and Chromium, which Node drives, for the pages. The tests
# start the servers themselves. A missing tool is installed with apt-get; without apt-get this script names the tool and fails.
# npm installs packages by tests/oidc/package-lock.json and tests/page/package-lock.json. MINUTEBOOK_CHROMIUM names another
# browser than /usr/bin/chromium. No test is skipped for lack of a tool.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    printf 'test.sh: %s\n' "$@" >&2
    exit 1
}

has_compiler() {
    # Rust links through `cc` even where CC names another compiler for the C sources.
    command -v cc >/dev/null && { [[ -z ${CC:-} ]] || command -v "${CC%% *}" >/dev/null; }
}

holds_server() {
    [[ -x $1/initdb && -x $1/pg_ctl && -x $1/postgres ]]
}

# Looks where the tests look (tests/fixtures/postgres/installation.rs).
has_server() {
    local folder
    local -a in_path=()
    if [[ -n ${MINUTEBOOK_PG_BIN:-} ]]; then
        holds_server "$MINUTEBOOK_PG_BIN"
        return
    fi
    IFS=: read -r -a in_path <<<"$PATH"
    for folder in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin "${in_path[@]}"; do
        if [[ $folder == /* ]] && holds_server "$folder"; then
            return 0
        fi
    done
    return 1
}

# The provider and the driver of the browser need Node 18 or later.
has_node() {
    command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null
}

has_pooler() {
    PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null
}

has_python() {
    python3 -c 'import base64, hashlib, json' 2>/dev/null
}

# Looks where the tests look (tests/page/browser.mjs).
has_browser() {
    [[ -x ${MINUTEBOOK_CHROMIUM:-/usr/bin/chromium} ]]
}

# Whether the packages in a folder are the ones that its lock file names.
has_packages() {
    cmp -s "$1/package-lock.json" "$1/node_modules/.installed"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

install() {
    echo "test.sh: installing $*"
    as_root apt-get install -y --no-install-recommends "$@"
}

command -v cargo >/dev/null || fail 'cargo is missing: install Rust from https://rustup.rs'

compiler=yes server=yes pooler=yes node=yes python=yes browser=yes
has_compiler || compiler=no
has_server || server=no
has_pooler || pooler=no
has_node || node=no
has_python || python=no
has_browser || browser=no

if [[ $server == no && -n ${MINUTEBOOK_PG_BIN:-} ]]; then
    fail "MINUTEBOOK_PG_BIN is $MINUTEBOOK_PG_BIN, which holds no initdb, pg_ctl and postgres"
fi
if [[ $browser == no && -n ${MINUTEBOOK_CHROMIUM:-} ]]; then
    fail "MINUTEBOOK_CHROMIUM is $MINUTEBOOK_CHROMIUM, which is no program"
fi
if [[ $compiler == no && -n ${CC:-} ]] && command -v cc >/dev/null; then
    fail "CC is $CC, which is not installed"
fi

if [[ $compiler == no || $server == no || $pooler == no || $node == no || $python == no || $browser == no ]]; then
    missing=()
    [[ $compiler == yes ]] || missing+=('missing: a C compiler, called cc (Fedora: gcc; Alpine: build-base; macOS: xcode-select --install)')
    [[ $server == yes ]] || missing+=("missing: PostgreSQL's server (Fedora: postgresql-server; Alpine: postgresql; macOS: brew install postgresql), or set MINUTEBOOK_PG_BIN to the folder that holds initdb, pg_ctl, postgres and psql")
    [[ $pooler == yes ]] || missing+=('missing: pgbouncer (Fedora, Alpine: pgbouncer; macOS: brew install pgbouncer)')
    [[ $node == yes ]] || missing+=('missing: Node 18 or later, with npm (Fedora: nodejs; Alpine: nodejs npm; macOS: brew install node)')
    [[ $python == yes ]] || missing+=('missing: Python 3, called python3 (Fedora, Alpine: python3; macOS: xcode-select --install)')
    [[ $browser == yes ]] || missing+=('missing: Chromium (Fedora, Alpine: chromium), or set MINUTEBOOK_CHROMIUM to a Chromium or Chrome')
    command -v apt-get >/dev/null || fail "${missing[@]}" 'there is no apt-get here: install the above and run this again'
    if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
        fail "${missing[@]}" 'installing needs root, and there is no sudo: as root, apt-get install gcc libc6-dev postgresql pgbouncer nodejs npm python3 chromium'
    fi
    as_root apt-get update
    if [[ $compiler == no ]]; then
        install gcc libc6-dev
    fi
    if [[ $server == no ]]; then
        # Debian's package creates and starts a cluster, which the tests do not need. The setting is changed only where
        # PostgreSQL was not installed before.
        if ! dpkg-query -W -f '${db:Status-Status}' postgresql-common 2>/dev/null | grep -qx installed; then
            install postgresql-common
            as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' \
                /etc/postgresql-common/createcluster.conf
        fi
        install postgresql
    fi
    if [[ $pooler == no ]]; then
        install pgbouncer
    fi
    if [[ $node == no ]]; then
        # Node's own packages include npm; Debian's do not.
        install nodejs
        command -v npm >/dev/null || install npm
    fi
    if [[ $python == no ]]; then
        install python3
    fi
    if [[ $browser == no ]]; then
        install chromium
    fi
    has_compiler || fail 'the C compiler is still missing after the installation'
    has_server || fail "PostgreSQL's server is still missing after the installation"
    has_pooler || fail 'PgBouncer is still missing after the installation'
    has_node || fail 'Node 18 with npm is still missing after the installation'
    has_python || fail 'Python 3 is still missing after the installation'
    has_browser || fail 'Chromium is still missing after the installation: set MINUTEBOOK_CHROMIUM'
fi

for folder in tests/oidc tests/page; do
    if ! has_packages "$folder"; then
        echo "test.sh: installing the packages of $folder"
        npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
        cp "$folder/package-lock.json" "$folder/node_modules/.installed"
    fi
done

if [[ ${1:-} == --prepare ]]; then
    exit 0
fi

echo "test.sh: cargo test --workspace --locked${*:+ $*}"
exec cargo test --workspace --locked "$@"

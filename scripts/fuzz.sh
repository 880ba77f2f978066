#!/usr/bin/env bash
# Fuzzes the importer with damaged documents: `scripts/fuzz.sh [SECONDS]`, 60 by default. It starts from the sample
# documents. A document that breaks the importer is kept in fuzz/artifacts/.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is missing: cargo install cargo-fuzz" >&2; exit 1; }
mkdir -p fuzz/corpus/import
find crates/import/tests/samples sample -type f ! -name '*.snap' -exec cp -t fuzz/corpus/import/ {} +
if rustup toolchain list 2>/dev/null | grep -q '^nightly'; then
  toolchain=(+nightly)
else
  # The sanitizers are unstable; this makes a stable compiler accept them.
  toolchain=()
  export RUSTC_BOOTSTRAP=1
fi
exec cargo "${toolchain[@]}" fuzz run import -- \
  -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1

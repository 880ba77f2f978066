#!/usr/bin/env bash
# Renders the sample meeting and the papers of the sample committee as Word documents, converts them with LibreOffice, and
# checks headings, tables, lists, words and pages. It is not part of the tests: it needs LibreOffice, and installs it with apt-get.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v soffice >/dev/null; then
    apt-get install --yes --no-install-recommends libreoffice-writer-nogui
fi
cargo build --quiet
program="${CARGO_TARGET_DIR:-target}/debug/minutebook"
folder="$(mktemp --directory)"
trap 'rm -rf "$folder"' EXIT
ledger="sqlite:$folder/book.db"

"$program" --ledger "$ledger" import --actor check crates/import/tests/samples/TSC_31_1206.md >/dev/null
"$program" --ledger "$ledger" headlines TSC_31_1206 --format docx --output "$folder/headlines.docx"
"$program" --ledger "$ledger" headlines TSC_31_1206 --format md --output "$folder/expected.md"

"$program" --ledger "sqlite:$folder/sample.db" import --actor check sample >/dev/null
"$program" --ledger "sqlite:$folder/sample.db" agenda TSC --as-of 2024-05-30 --format docx --output "$folder/agenda.docx"
"$program" --ledger "sqlite:$folder/sample.db" actions --by-owner --as-of 2024-05-30 --format docx --output "$folder/owners.docx"

convert() {
    soffice -env:UserInstallation="file://$folder/profile" --headless --convert-to "$1" --outdir "$folder" \
        "$folder/${2:-headlines}.docx" >/dev/null 2>&1
}
convert pdf
convert html:HTML
convert txt:Text
convert html:HTML agenda
convert html:HTML owners

failed=0
expect() {
    if [ "$2" = "$3" ]; then
        echo "ok: $1: $2"
    else
        echo "failed: $1: $2, expected $3"
        failed=1
    fi
}
count() { grep --only-matching --ignore-case --extended-regexp "$1" "$folder/${2:-headlines}.html" | wc --lines; }

expect "headings of items" "$(count '<h1[ >]')" 9
expect "tables" "$(count '<table[ >]')" 1
expect "tables with a repeated header" "$(count '<thead>')" 1
expect "bulleted lists" "$(count '<ul>')" 2
expect "numbered lists" "$(count '<ol>')" 1
expect "headings of the agenda" "$(count '<h1[ >]' agenda)" 7
expect "tables of the agenda" "$(count '<table[ >]' agenda)" 7
expect "owners with actions" "$(count '<h1[ >]' owners)" 4
expect "tables of owners" "$(count '<table[ >]' owners)" 4
expect "the language" "$(count 'lang="en-GB"' | sed 's/^[1-9].*/en-GB/')" en-GB
expect "the first bytes of the PDF" "$(head --bytes 5 "$folder/headlines.pdf")" "%PDF-"

# The words in order, without the signs of Markdown and of lists. LibreOffice writes text without header and footer.
words() { sed 's/\\//g' "$1" | grep --invert-match --extended-regexp '^(Rendered by|\| ---)' | tr --complement --squeeze-repeats '[:alnum:]\200-\377' '\n' | sed 's/^[^[:alnum:]]*//; /^$/d'; }
words "$folder/expected.md" >"$folder/expected.words"
words "$folder/headlines.txt" >"$folder/headlines.words"
if diff "$folder/expected.words" "$folder/headlines.words" >"$folder/words.diff"; then
    echo "ok: every word, in order: $(wc --lines <"$folder/headlines.words")"
else
    echo "failed: words differ"
    cat "$folder/words.diff"
    failed=1
fi
exit "$failed"

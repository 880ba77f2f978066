#!/usr/bin/env bash
# Makes the sample PDFs of the import tests from the sample document in Markdown.
#
#   scripts/make-pdf-samples.sh
#
# It needs LibreOffice, Chromium, and Python with its `markdown` package. The tests do not: the PDFs are committed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../crates/import/tests/samples"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# page NAME STYLE: writes the sample document as HTML with this style.
page() {
    STYLE="$2" python3 -c '
import markdown, os, sys
body = markdown.markdown(sys.stdin.read(), extensions=["tables", "sane_lists", "nl2br"], tab_length=2)
body = body.replace("<table>", "<table border=\"1\" cellspacing=\"0\" cellpadding=\"3\">")
print("<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>TSC</title><style>"
      + os.environ["STYLE"] + "</style></head><body>" + body + "</body></html>")
' <TSC_31_1206.md >"$work/$1.html"
}

print_with_chromium() {
    chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
        --print-to-pdf="TSC_31_1206-$1.pdf" "$work/$1.html" 2>/dev/null
}

# A narrow justified column, hyphenated, with a running header and page numbers.
page narrow '@page { size: 10cm 16cm; margin: 1.8cm 1cm;
    @top-left { content: "TSC_31_1206 – Tidal Sub-Committee"; font: 8pt sans-serif }
    @top-right { content: "WHITE"; font: 8pt sans-serif }
    @bottom-center { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif } }
    body { hyphens: auto; text-align: justify; font: 10pt "DejaVu Serif"; margin: 0 }'
print_with_chromium narrow

# A4 pages in a sans-serif font.
page wide '@page { size: A4 } body { font: 10pt "DejaVu Sans" }'
print_with_chromium wide

# LibreOffice draws bullets with a symbol font.
page libreoffice ''
(cd "$work" && soffice --headless --convert-to odt:writer8 libreoffice.html && soffice --headless --convert-to pdf libreoffice.odt) >"$work/log" 2>&1
mv "$work/libreoffice.pdf" TSC_31_1206-libreoffice.pdf

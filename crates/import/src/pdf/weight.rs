//! Whether letters are bold, by the font's name or its weight.

use hayro_interpret::font::{Glyph, GlyphRun};

/// Whether the run's font is bold.
pub(super) fn is_bold(run: &GlyphRun<'_, '_>) -> bool {
    let Some(first) = run.glyphs().first() else { return false };
    let Glyph::Outline(outline) = &**first else { return false };
    outline.font_data().is_some_and(|font| {
        let named = font.postscript_name.is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            ["bold", "black", "heavy"].iter().any(|word| name.contains(word))
        });
        named || font.weight.is_some_and(|weight| weight >= 600)
    })
}

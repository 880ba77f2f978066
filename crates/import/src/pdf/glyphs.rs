//! The content of a page: letters with position, size and weight, and the strokes of its tables. Positions are in
//! points from the upper left corner of the page as displayed.

use super::limits::{MAX_GLYPHS, WorkBudget};
use super::weight;
use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

/// A glyph with the text it stands for; a ligature stands for several letters.
#[derive(Debug, Clone)]
pub(super) struct PlacedGlyph {
    pub(super) text: String,
    /// The left and the right edge, then the base line.
    pub(super) x: (f64, f64),
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) bold: bool,
}

/// The content of a page.
#[derive(Debug, Default)]
pub(super) struct PageContent {
    pub(super) glyphs: Vec<PlacedGlyph>,
    /// Straight strokes and small filled shapes: the rules of tables, and drawn bullets.
    pub(super) shapes: Vec<Rect>,
    pub(super) height: f64,
}

/// Interprets a page.
pub(super) fn show<'a>(page: &Page<'a>, cache: &InterpreterCache<'a>, spending: WorkBudget<'_>) -> PageContent {
    let (_, height) = page.render_dimensions();
    let upright = Affine::new(page.initial_transform(true).as_coeffs());
    let mut canvas =
        Canvas { shown: PageContent { height: f64::from(height), ..PageContent::default() }, upright, spending };
    let frame = Rect::new(0.0, 0.0, 1.0, 1.0);
    let mut context = Context::new(Affine::IDENTITY, frame, cache, page.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, &mut canvas);
    canvas.shown
}

struct Canvas<'s> {
    shown: PageContent,
    upright: Affine,
    spending: WorkBudget<'s>,
}

impl Canvas<'_> {
    fn glyph(&mut self, placed: Affine, text: String, advance: f64, bold: bool) {
        let [across, slant, _, down, x, y] = (self.upright * placed).as_coeffs();
        // Rotated text is not a line of the document: a watermark, or a note along the margin.
        if !(across > 0.0 && down < 0.0 && slant.abs() < across * 0.05 && x.is_finite() && y.is_finite()) {
            return;
        }
        let (size, width) = (-down * 1000.0, across * advance);
        if size > 0.1 && size < 1000.0 && width.is_finite() {
            self.shown.glyphs.push(PlacedGlyph { text, x: (x, x + width), y, size, bold });
        }
    }
}

impl<'a> Device<'a> for Canvas<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.spending.one();
        let bounds = (self.upright * props.transform * path.clone()).bounding_box();
        let thin = bounds.width() < 3.0 || bounds.height() < 3.0;
        let small = bounds.width() < 12.0 && bounds.height() < 12.0;
        if bounds.is_finite() && (thin || small) {
            self.shown.shapes.push(bounds);
        } else if bounds.is_finite() && path.elements().len() <= 6 {
            // The frame of a cell.
            let Rect { x0, y0, x1, y1 } = bounds;
            let edges = [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)];
            self.shown.shapes.extend(edges.map(|(x0, y0, x1, y1)| Rect::new(x0, y0, x1, y1)));
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.spending.one();
        let bold = weight::is_bold(run);
        for glyph in run.glyphs() {
            if self.spending.glyphs() > MAX_GLYPHS {
                return;
            }
            let text = match glyph.as_unicode() {
                // A font that maps a letter to U+0000 does not say what the letter is.
                Some(BfString::Char(c)) if c != '\0' => c.to_string(),
                Some(BfString::String(text)) if !text.contains('\0') => text,
                _ => char::REPLACEMENT_CHARACTER.to_string(),
            };
            let advance = match &**glyph {
                Drawn::Outline(outline) => outline.advance_width(),
                Drawn::Type3(drawn) => drawn.advance_width(),
            };
            let placed = props.transform * glyph.transform();
            self.glyph(placed, text, f64::from(advance.unwrap_or(500.0)), bold);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.spending.opening();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.spending.opening();
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.spending.one();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

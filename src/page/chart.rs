//! Charts as SVG, each with its figures in a table beside it: a chart that cannot be read aloud says nothing to some readers.

use maud::{Markup, html};

/// The look of a series.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    Bars,
    Line,
    DashedLine,
}

/// A series of a chart.
pub(super) struct ChartSeries {
    pub(super) name: &'static str,
    pub(super) look: Look,
    pub(super) values: Vec<u32>,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 32.0;
const BOTTOM: f64 = 20.0;

/// A chart over months, with its title, a sentence on it, and its table folded away.
pub(super) fn chart(id: &str, title: &str, said: &str, labels: &[String], series: &[ChartSeries]) -> Markup {
    let highest = series.iter().flat_map(|series| &series.values).copied().max().unwrap_or_default().max(1);
    let step = (WIDTH - LEFT) / f64::from(u32::try_from(labels.len().max(1)).unwrap_or(1));
    let x = |index: usize| LEFT + step * f64::from(u32::try_from(index).unwrap_or_default());
    let y = |value: u32| (HEIGHT - BOTTOM) * (1.0 - f64::from(value) / f64::from(highest)) + 4.0;
    let every = labels.len().div_ceil(8).max(1);
    let line = |values: &[u32]| {
        let points =
            values.iter().enumerate().map(|(index, value)| format!("{:.1},{:.1}", x(index) + step / 2.0, y(*value)));
        points.collect::<Vec<_>>().join(" ")
    };
    html! {
        figure {
            svg.chart viewBox=(format!("0 0 {WIDTH} {}", HEIGHT + 8.0)) role="img" aria-labelledby={ (id) "-title" } {
                title id={ (id) "-title" } { (title) ". " (said) }
                line.axis x1=(LEFT) x2=(WIDTH) y1=(y(0)) y2=(y(0)) {}
                text x="0" y=(y(highest) + 8.0) { (highest) }
                text x="0" y=(y(0)) { "0" }
                @for (index, label) in labels.iter().enumerate().step_by(every) { text x=(x(index)) y=(HEIGHT + 6.0) { (label) } }
                @for series in series {
                    @match series.look {
                        Look::Bars => @for (index, value) in series.values.iter().enumerate() {
                            rect.first x=(format!("{:.1}", x(index) + step * 0.15)) y=(format!("{:.1}", y(*value)))
                                width=(format!("{:.1}", step * 0.7)) height=(format!("{:.1}", y(0) - y(*value))) {}
                        },
                        Look::Line => polyline.second points=(line(&series.values)) {},
                        Look::DashedLine => polyline.third points=(line(&series.values)) {},
                    }
                }
            }
            figcaption { strong { (title) } " " (said) " " (key(series)) }
            details.screen-only {
                summary { "The figures" }
                div.scrolled tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr { th scope="col" { "Month" } @for series in series { th scope="col" { (series.name) } } } }
                        tbody {
                            @for (index, label) in labels.iter().enumerate() {
                                tr { th scope="row" { (label) } @for series in series { td.number { (series.values.get(index).copied().unwrap_or_default()) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What each look stands for: `Bars: opened; line: outstanding.`
fn key(series: &[ChartSeries]) -> String {
    let named = series.iter().map(|series| {
        let look = match series.look {
            Look::Bars => "bars",
            Look::Line => "line",
            Look::DashedLine => "dashed line",
        };
        format!("{look}: {}", series.name)
    });
    format!("({})", named.collect::<Vec<_>>().join("; "))
}

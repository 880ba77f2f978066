//! A floor for the speed of parsing, far below that of an optimised build.

use super::sample::SAMPLE;
use super::support::try_markdown;
use std::time::Instant;

#[test]
fn the_sample_is_parsed_fast_enough() {
    let begun = Instant::now();
    let rounds = 200;
    for _ in 0..rounds {
        assert!(try_markdown(SAMPLE).is_ok());
    }
    let taken = begun.elapsed().as_secs_f64();
    let megabytes = f64::from(rounds) * f64::from(u32::try_from(SAMPLE.len()).unwrap()) / 1e6;
    println!("{megabytes:.2} MB in {taken:.3} s: {:.1} MB/s", megabytes / taken);
    assert!(megabytes / taken > 0.05, "{:.3} MB/s", megabytes / taken);
}

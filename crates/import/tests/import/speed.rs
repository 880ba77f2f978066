//! How fast parsing is: a floor far below what an optimised build does, to catch what would make an archive slow.

use super::sample::SAMPLE;
use super::support::try_markdown;
use std::time::Instant;

#[test]
fn the_sample_many_times_over() {
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

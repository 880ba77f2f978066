mod ssc;
mod support;

//! The pages, read in a headless browser.

mod accessibility;
mod hostile_book;
mod hostile_texts;
mod keyboard;
mod links;
mod minutes;
mod past;
mod pictures;
mod windows;

//! PDFs that cannot be read, and hostile ones.

use super::writer::{assembled, file, pdf};
use super::{SAMPLE, try_pdf};
use flate2::write::ZlibEncoder;
use minutebook_import::DocumentReadError;
use minutebook_import::pdf::{MAX_PAGES, PdfError};
use proptest::prelude::*;
use std::io::Write;

const NARROW: &[u8] = include_bytes!("../../samples/TSC_31_1206-narrow.pdf");

fn refusal(bytes: &[u8]) -> PdfError {
    match try_pdf(bytes) {
        Err(DocumentReadError::Pdf(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Returns a file of one page with this content stream.
fn with_stream(dict: &str, data: &[u8], contents: &str) -> Vec<u8> {
    let stream = [format!("<< /Length {} {dict} >>\nstream\n", data.len()).as_bytes(), data, b"\nendstream"].concat();
    let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} >>");
    let pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec();
    assembled(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), pages, page.into_bytes(), stream], "")
}

#[test]
fn unreadable_pdfs_are_refused_with_their_reason() {
    assert_eq!(refusal(b"%PDF-1.7\nnothing of the sort"), PdfError::Damaged);
    assert_eq!(refusal(b"a text in a file named as a PDF"), PdfError::Damaged);
    assert_eq!(refusal(&file(&[b"q Q".to_vec(), Vec::new()])), PdfError::NoText { pages: 2 });
    assert_eq!(refusal(&file(&vec![Vec::new(); MAX_PAGES + 1])), PdfError::TooManyPages { pages: MAX_PAGES + 1 });
    let key = "00".repeat(32);
    let locked =
        format!("/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <{key}> /U <{key}> >>");
    let objects = [b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()];
    assert_eq!(refusal(&assembled(&objects, &locked)), PdfError::Locked);
    let scan = refusal(&file(&[Vec::new()])).to_string();
    assert!(scan.contains("1 page but no text"), "{scan}");
}

#[test]
fn pdfs_that_unpack_to_too_much_are_refused() {
    let zeros = vec![b' '; 80 * 1024 * 1024];
    let once = zlib(&zeros);
    assert_eq!(refusal(&with_stream("/Filter /FlateDecode", &once, "4 0 R")), PdfError::TooMuchWork);
    let twice = zlib(&once);
    let filters = "/Filter [/FlateDecode /FlateDecode]";
    assert_eq!(refusal(&with_stream(filters, &twice, "4 0 R")), PdfError::TooMuchWork);
    // One stream of a megabyte, referred to a hundred times.
    let named = format!("[{}]", "4 0 R ".repeat(100));
    let stream = zlib(&zeros[..1024 * 1024]);
    assert_eq!(refusal(&with_stream("/Filter /FlateDecode", &stream, &named)), PdfError::TooMuchWork);
    let lzw = vec![0x80; 64 * 1024];
    assert_eq!(refusal(&with_stream("/Filter /LZWDecode", &lzw, "4 0 R")), PdfError::TooMuchWork);
}

#[test]
fn drawings_and_pages_in_circles_are_refused() {
    // Drawings that each show another ten times, without end.
    let form = |next: usize| {
        let calls = "/F Do ".repeat(10);
        let dict =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F {next} 0 R >> >>");
        format!("<< {dict} /Length {} >>\nstream\n{calls}\nendstream", calls.len()).into_bytes()
    };
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /XObject << /F 4 0 R >> >> >>";
    let pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec();
    let root = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let content = b"<< /Length 5 >>\nstream\n/F Do\nendstream".to_vec();
    let mut objects = vec![root.clone(), pages, page.to_vec()];
    objects.extend([form(6), content]);
    objects.extend((7..60).map(form));
    objects.push(form(4));
    assert_eq!(refusal(&assembled(&objects, "")), PdfError::TooMuchWork);
    // A page tree that contains itself.
    let circle = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>".to_vec();
    assert!(try_pdf(&assembled(&[root.clone(), circle], "")).is_err());
    // Nested lists.
    let deep = [b"<< /Type /Pages /Kids ".to_vec(), vec![b'['; 200_000], b" >>".to_vec()].concat();
    assert!(try_pdf(&assembled(&[root, deep], "")).is_err());
}

#[test]
fn truncated_pdfs_never_panic() {
    for whole in [NARROW.to_vec(), pdf(SAMPLE, "TSC_31_1206")] {
        for part in 0..50 {
            // Each version is read or refused.
            let _ = try_pdf(&whole[..whole.len() * part / 50]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn overwritten_pdfs_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        for mut bytes in [NARROW.to_vec(), pdf(SAMPLE, "TSC_31_1206")] {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if let Ok(headlines) = try_pdf(&bytes) {
                super::check(&headlines);
            }
        }
    }
}

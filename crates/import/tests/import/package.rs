//! ZIP packages: a whole one is read; a hostile one is refused within the limits.

use minutebook_import::package::{MAX_MEMBERS, MAX_UNPACKED_BYTES, MemberError, PackageError, ZipPackage};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Replaces the first occurrence of `old` after `from`.
fn patched(mut bytes: Vec<u8>, from: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let find = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).position(|window| window == part).unwrap();
    let at = find(&bytes, from);
    let at = at + find(&bytes[at..], old);
    bytes[at..at + old.len()].copy_from_slice(new);
    bytes
}

const CENTRAL_HEADER: &[u8] = b"PK\x01\x02";

#[test]
fn a_whole_package_is_read_by_names_in_any_case() {
    let bytes = zipped(&[("word/document.xml", b"<a/>"), ("empty", b"")]);
    let mut package = ZipPackage::open(&bytes).unwrap();
    assert_eq!(package.names().collect::<Vec<_>>(), ["word/document.xml", "empty"]);
    assert_eq!(package.read("Word/Document.XML").unwrap(), Some(b"<a/>".to_vec()));
    assert_eq!(package.read("empty").unwrap(), Some(Vec::new()));
    assert_eq!(package.read("word/other.xml").unwrap(), None);
}

#[test]
fn a_package_that_unpacks_to_more_than_the_limit_is_refused() {
    let third = vec![0; usize::try_from(MAX_UNPACKED_BYTES / 3).unwrap()];
    let bytes = zipped(&[("a", &third), ("b", &third), ("c", &third)]);
    assert!(bytes.len() < 1024 * 1024, "a bomb is small: {} bytes", bytes.len());
    ZipPackage::open(&bytes).unwrap();
    let bytes = zipped(&[("a", &third), ("b", &third), ("c", &third), ("d", b"one more")]);
    assert!(matches!(ZipPackage::open(&bytes), Err(PackageError::TooLarge)));
}

#[test]
fn a_member_with_a_false_size_is_refused() {
    let bytes = zipped(&[("a", &vec![0; 1_000_000])]);
    for declared in [10_u32, 2_000_000] {
        let (old, new) = (1_000_000_u32.to_le_bytes(), declared.to_le_bytes());
        let lying = patched(bytes.clone(), CENTRAL_HEADER, &old, &new);
        let refusal = ZipPackage::open(&lying).unwrap_err();
        assert!(
            matches!(
                &refusal,
                PackageError::Member { member, source: MemberError::Size { .. } | MemberError::Unpack(_) } if member == "a"
            ),
            "{declared}: {refusal}"
        );
    }
}

#[test]
fn more_members_than_the_limit_are_refused() {
    let names: Vec<String> = (0..=MAX_MEMBERS).map(|number| number.to_string()).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    ZipPackage::open(&zipped(&members[1..])).unwrap();
    let refusal = ZipPackage::open(&zipped(&members)).unwrap_err();
    assert!(matches!(refusal, PackageError::TooManyMembers { members } if members == MAX_MEMBERS + 1));
}

#[test]
fn files_that_are_no_package_are_refused_with_advice() {
    let old_excel = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more";
    assert!(matches!(ZipPackage::open(old_excel), Err(PackageError::CompoundFile)));
    assert!(PackageError::CompoundFile.to_string().contains("save it as DOCX, XLSX or CSV"));
    for bytes in [&b""[..], b"PK", b"Ref,Action\n", b"PK\x05\x06"] {
        assert!(matches!(ZipPackage::open(bytes), Err(PackageError::Damaged(_))), "{bytes:?}");
    }
}

#[test]
fn a_package_cut_or_changed_anywhere_never_panics() {
    let text: Vec<u8> = (0..200_u32).flat_map(u32::to_le_bytes).collect();
    let bytes = zipped(&[("a", &text), ("b/c", b"short")]);
    for end in 0..bytes.len() {
        assert!(ZipPackage::open(&bytes[..end]).is_err(), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        if let Ok(mut package) = ZipPackage::open(&changed) {
            let names: Vec<String> = package.names().map(str::to_owned).collect();
            assert!(names.iter().all(|name| package.read(name).is_ok()), "changed at {at}");
        }
    }
}

#[test]
fn compression_that_office_does_not_use_is_refused() {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a", stored).unwrap();
    writer.write_all(b"plain").unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    ZipPackage::open(&bytes).unwrap();
    // The compression method is ten bytes into the central header; 93 is Zstandard.
    let mut other = bytes.clone();
    let header = other.windows(4).position(|window| window == CENTRAL_HEADER).unwrap();
    other[header + 10] = 93;
    assert!(matches!(ZipPackage::open(&other), Err(PackageError::Member { member, .. }) if member == "a"));
}

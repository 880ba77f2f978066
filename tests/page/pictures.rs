//! The pictures of docs/page.md.

use std::path::Path;
use std::process::Command;

#[test]
fn the_script_makes_a_small_picture_of_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = root.join("scripts/page-pictures.sh");
    let mut command = Command::new("bash");
    command.arg(script).arg(folder.path()).arg("actions-phone");
    let run = command.env("MINUTEBOOK_PROGRAM", env!("CARGO_BIN_EXE_minutebook")).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(said, serde_json::json!({"names": ["actions-phone"], "faults": []}));
    let picture = std::fs::read(folder.path().join("actions-phone.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    // The width and the height are big-endian numbers behind the name of the first part; the depth and the kind follow.
    assert_eq!(picture[16..26], [0, 0, 1, 134, 0, 0, 3, 76, 8, 3], "390 by 844, with a palette");
    assert!((10_000..60_000).contains(&picture.len()), "{} bytes", picture.len());
}

#[test]
fn the_pictures_of_the_page_are_small_and_each_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/page.md")).unwrap();
    let pictures: Vec<_> =
        std::fs::read_dir(root.join("docs/images/page")).unwrap().map(|file| file.unwrap()).collect();
    assert!(pictures.len() > 10);
    for picture in pictures {
        let name = picture.file_name().into_string().unwrap();
        assert!(page.contains(&format!("(images/page/{name})")), "docs/page.md does not show {name}");
        assert!(picture.metadata().unwrap().len() < 120_000, "{name} is too large");
    }
}

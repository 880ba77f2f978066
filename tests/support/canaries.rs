//! Texts that are found again wherever they went, in whatever form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Every form in which a text may have slipped out: as it is or in other letters, escaped in JSON or in HTML, in base64
/// wherever it began, percent-encoded, in hexadecimal.
pub(crate) fn traces(canary: &str) -> Vec<String> {
    let mut traces = vec![canary.to_owned(), canary.to_lowercase(), canary.to_uppercase(), hex::encode(canary)];
    let escape = |keep: fn(&u8) -> bool| -> String {
        canary
            .bytes()
            .map(|byte| if keep(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    traces.push(escape(u8::is_ascii_alphanumeric));
    traces.push(escape(|byte| byte.is_ascii_alphanumeric() || *byte == b' ').replace(' ', "+"));
    let ascii: String =
        canary.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    traces.push(ascii);
    traces.push(canary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"));
    for entity in [|c: char| format!("&#{};", u32::from(c)), |c: char| format!("&#x{:x};", u32::from(c))] {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
        traces.push(canary.chars().map(|c| if is_plain(c) { c.to_string() } else { entity(c) }).collect());
    }
    for offset in 0..3 {
        let encoded = STANDARD.encode([&b"\0\0"[..offset], canary.as_bytes()].concat());
        // What stands at the ends depends on what stands beside the text.
        traces.push(encoded[(offset * 8).div_ceil(6)..encoded.len() - 4].to_owned());
    }
    traces
}

/// The first form in which a canary is found.
pub(crate) fn trace_in(text: &str, canary: &str) -> Option<String> {
    traces(canary).into_iter().find(|trace| text.contains(trace.as_str()))
}

#[test]
fn a_canary_is_found_in_every_form() {
    let canary = "Canary RED §17";
    for before in ["", "a", "ab", "abc"] {
        let told = STANDARD.encode(format!("{before}{canary} and more"));
        assert!(trace_in(&told, canary).is_some(), "{told}");
    }
    for told in [
        "x Canary RED §17 y",
        "Canary%20RED%20%C2%A717",
        "Canary+RED+%C2%A717",
        "Canary RED \\u00a717",
        "canary red §17",
        "Canary RED &#167;17",
        "Canary RED &#xa7;17",
    ] {
        assert!(trace_in(told, canary).is_some(), "{told}");
    }
    assert_eq!(trace_in("Canary RED §18", canary), None);
    assert!(trace_in("<b>Canary &lt;RED&gt; &amp; more</b>", "Canary <RED> &").is_some());
}

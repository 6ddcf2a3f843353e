use super::*;

fn upload(metadata: &Value, bytes: &[u8]) -> Vec<u8> {
    let json = metadata.to_string();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    [&length(json.as_bytes())[..], json.as_bytes(), &length(bytes), bytes].concat()
}

#[test]
fn a_line_of_the_index_is_what_cargo_reads() {
    let metadata = json!({
        "name": "probe", "vers": "1.2.3",
        "deps": [{
            "name": "serde", "version_req": "^1", "features": ["derive"], "optional": true,
            "default_features": false, "target": null, "kind": "normal",
            "registry": "sparse+http://127.0.0.1/", "explicit_name_in_toml": "serde_one",
        }],
        "features": { "plain": ["x"], "weak": ["dep:serde"] },
        "links": null, "rust_version": "1.89",
    });
    let expected = json!({
        "name": "probe", "vers": "1.2.3",
        "deps": [{
            "name": "serde_one", "req": "^1", "features": ["derive"], "optional": true,
            "default_features": false, "target": null, "kind": "normal",
            "registry": "sparse+http://127.0.0.1/", "package": "serde",
        }],
        "cksum": "00", "features": { "plain": ["x"] }, "features2": { "weak": ["dep:serde"] },
        "yanked": false, "links": null, "rust_version": "1.89", "v": 2,
    });
    assert_eq!(index_line(&metadata, "00"), expected);
}

#[test]
fn files_of_the_index_lie_where_the_book_says() {
    for (name, folders) in
        [("a", "1"), ("ab", "2"), ("abc", "3/a"), ("abcd", "ab/cd"), ("cargo-audit", "ca/rg")]
    {
        assert_eq!(index_folders(name).join("/"), folders);
    }
}

#[test]
fn a_version_is_published_once_whatever_its_spelling() {
    let mut shelf = Shelf::default();
    let crate_ = |name: &str, version: &str| json!({ "name": name, "vers": version });
    shelf.publish(&crate_("a-b", "1.0.0"), b"x").unwrap();
    for (name, version, says) in [
        ("a-b", "1.0.0", "already uploaded"),
        ("a-b", "1.0.0+build", "already uploaded"),
        ("a_b", "1.0.1", "previously named `a-b`"),
        ("A-B", "1.0.1", "previously named `a-b`"),
        ("9a", "1.0.0", "no crate name"),
        ("../x", "1.0.0", "no crate name"),
        ("ok", "1.0", "version 1.0"),
    ] {
        let said = shelf.publish(&crate_(name, version), b"x").unwrap_err();
        assert!(said.contains(says), "{name} {version}: {said}");
    }
    shelf.publish(&crate_("a-b", "1.0.1"), b"x").unwrap();
}

#[test]
fn a_cut_upload_is_refused() {
    let whole = upload(&json!({ "name": "a", "vers": "1.0.0" }), b"bytes");
    assert_eq!(unpack(&whole).unwrap().1, b"bytes");
    for length in 0..whole.len() {
        assert!(unpack(&whole[..length]).is_err(), "{length}");
    }
    assert!(unpack(&[&whole[..], b"more"].concat()).is_err());
}

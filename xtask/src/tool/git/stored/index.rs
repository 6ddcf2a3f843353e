//! The index (gitformat-index(5)), versions 2 to 4, as far as it says which paths are tracked.

use std::collections::BTreeMap;

use super::Entries;
use crate::tool::git::query::place;

/// Times, device, inode, mode, owner, size: ten numbers of 32 bits before an entry's id.
const FACTS: usize = 40;
/// The mode's place among them.
const MODE: usize = 24;
/// In an entry's flags: 16 more bits of flags follow.
const EXTENDED: u16 = 0x4000;
/// A sparse index's folder.
const FOLDER: u32 = 0o040_000;

/// The entries of an index whose ids have so many bytes; none when a part of it is not known here: a split or
/// a sparse index, another version, bytes that end early.
pub(super) fn read(bytes: &[u8], id: usize) -> Option<Entries> {
    let mut rest = Bytes(bytes.get(..bytes.len().checked_sub(id)?)?);
    if rest.take(4)? != b"DIRC" {
        return None;
    }
    let version = rest.number()?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let count = rest.number()?;
    let (mut entries, mut odd) = (BTreeMap::new(), Vec::new());
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let before = rest.0.len();
        let facts = rest.take(FACTS)?;
        let mode = u32::from_be_bytes(facts[MODE..MODE + 4].try_into().ok()?);
        rest.take(id)?;
        if u16::from_be_bytes(rest.take(2)?.try_into().ok()?) & EXTENDED != 0 {
            rest.take(2)?;
        }
        if version == 4 {
            path.truncate(path.len().checked_sub(rest.offset()?)?);
        } else {
            path.clear();
        }
        path.extend_from_slice(rest.until_nul()?);
        if version < 4 {
            // Zeros up to a multiple of eight, the one that ended the path among them.
            rest.take((8 - (before - rest.0.len()) % 8) % 8)?;
        }
        if mode == FOLDER || path.is_empty() {
            return None;
        }
        place(&mut entries, &mut odd, mode, &path);
    }
    while !rest.0.is_empty() {
        // What begins with a capital may be ignored; `link` and `sdir` may not.
        if !rest.take(4)?[0].is_ascii_uppercase() {
            return None;
        }
        let size = rest.number()?;
        rest.take(usize::try_from(size).ok()?)?;
    }
    Some((entries, odd))
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn until_nul(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = self.take(end)?;
        self.take(1)?;
        Some(text)
    }

    /// A number of seven bits a byte, as packs write their offsets (gitformat-pack(5), "OFS_DELTA").
    fn offset(&mut self) -> Option<usize> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            value = value.checked_add(1)?.checked_mul(0x80)?.checked_add(usize::from(byte & 0x7f))?;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_break_it(version in 0..6_u32, count in 0..4_u32, rest in proptest::collection::vec(any::<u8>(), 0..400)) {
            let head = [b"DIRC".as_slice(), &version.to_be_bytes(), &count.to_be_bytes(), &rest].concat();
            let told = read(&head, 20);
            prop_assert!(told.is_none_or(|(entries, odd)| entries.len() + odd.len() <= count as usize));
        }

        #[test]
        fn an_offset_is_read_as_packs_write_it(value in 0..1_usize << 40) {
            let mut bytes = vec![u8::try_from(value & 0x7f).unwrap()];
            let mut rest = value >> 7;
            while rest > 0 {
                rest -= 1;
                bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
                rest >>= 7;
            }
            bytes.reverse();
            prop_assert_eq!(Bytes(&bytes).offset(), Some(value));
        }
    }
}

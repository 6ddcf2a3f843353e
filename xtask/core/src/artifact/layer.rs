//! The layers of an image: tar archives whose times are clamped, everything else kept byte for byte.
//!
//! A tar library would write an entry anew and lose what it does not know (extended attributes, device
//! numbers, whiteouts); here headers are patched as they stream by (POSIX.1-2001, "pax Interchange Format").

use std::io::{self, Read, Write};

const BLOCK: usize = 512;
/// Extended headers are small; a larger one is not read into memory.
const LARGEST_HEADER: u64 = 1 << 20;

/// Copies a tar archive: times after `latest` (seconds since 1970) become `latest`, times of access and of
/// change go, and the archive ends in two empty blocks.
///
/// # Errors
/// What is no tar archive, and the reader's and writer's own.
pub fn clamp_times(mut from: impl Read, mut to: impl Write, latest: u64) -> io::Result<()> {
    let mut header = [0_u8; BLOCK];
    while next_block(&mut from, &mut header)? && header.iter().any(|byte| *byte != 0) {
        check(&header)?;
        let size = number(&header[124..136])?;
        match header[156] {
            b'x' | b'g' => {
                if size > LARGEST_HEADER {
                    return Err(io::Error::other("an extended header is too large"));
                }
                let mut records = vec![0; usize::try_from(size).map_err(io::Error::other)?];
                from.read_exact(&mut records)?;
                skip(&mut from, padding(size))?;
                let records = without_times(&records)?;
                if records.is_empty() {
                    continue;
                }
                write_number(&mut header[124..136], records.len() as u64);
                patch(&mut header, latest);
                to.write_all(&header)?;
                to.write_all(&records)?;
                to.write_all(&[0; BLOCK][..padding(records.len() as u64)])?;
            }
            _ => {
                patch(&mut header, latest);
                to.write_all(&header)?;
                let whole = size + padding(size) as u64;
                if io::copy(&mut from.by_ref().take(whole), &mut to)? != whole {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }
    to.write_all(&[0; 2 * BLOCK])?;
    // What follows the end is nobody's.
    io::copy(&mut from, &mut io::sink())?;
    Ok(())
}

/// Reads a block; false at the end.
fn next_block(from: &mut impl Read, block: &mut [u8; BLOCK]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < BLOCK {
        match from.read(&mut block[filled..])? {
            0 if filled == 0 => return Ok(false),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            more => filled += more,
        }
    }
    Ok(true)
}

fn skip(from: &mut impl Read, bytes: usize) -> io::Result<()> {
    from.read_exact(&mut [0; BLOCK][..bytes])
}

fn padding(size: u64) -> usize {
    let over = (size % BLOCK as u64) as usize;
    if over == 0 { 0 } else { BLOCK - over }
}

/// Octal digits, or base 256 when the first bit is set (GNU tar manual, "Extensions").
fn number(field: &[u8]) -> io::Result<u64> {
    if field[0] & 0x80 != 0 {
        let big = field[1..].iter().try_fold(u64::from(field[0] & 0x7f), |sum, byte| {
            sum.checked_mul(256).map(|sum| sum | u64::from(*byte))
        });
        return big.ok_or_else(|| io::Error::other("a number in a header is too large"));
    }
    let digits: Vec<u8> = field.iter().copied().filter(|byte| !matches!(byte, 0 | b' ')).collect();
    let octal = |sum: u64, digit: &u8| match digit {
        b'0'..=b'7' => Some(sum * 8 + u64::from(digit - b'0')),
        _ => None,
    };
    digits.iter().try_fold(0, octal).ok_or_else(|| io::Error::other("a number in a header is none"))
}

fn write_number(field: &mut [u8], value: u64) {
    let text = format!("{value:0width$o}\0", width = field.len() - 1);
    field.copy_from_slice(text.as_bytes());
}

/// Sets a header's time and, with it, its checksum.
fn patch(header: &mut [u8; BLOCK], latest: u64) {
    // A time before 1970 is written with the first two bits set; no later time is clamped to it.
    let negative = header[136] & 0xc0 == 0xc0;
    let time = if negative { 0 } else { number(&header[136..148]).unwrap_or(latest) };
    write_number(&mut header[136..148], time.min(latest));
    // GNU tar keeps times of access and change in its own headers.
    if &header[257..265] == b"ustar  \0" {
        header[345..369].fill(0);
    }
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Refuses what is no header: its checksum counts the bytes with its own field blank.
fn check(header: &[u8; BLOCK]) -> io::Result<()> {
    let blank = |(at, byte): (usize, &u8)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) };
    let sum: u64 = header.iter().enumerate().map(blank).sum();
    if number(&header[148..156])? == sum {
        Ok(())
    } else {
        Err(io::Error::other("this is no tar archive: a header's checksum is wrong"))
    }
}

/// The records `LENGTH KEY=VALUE\n` without those of times.
fn without_times(records: &[u8]) -> io::Result<Vec<u8>> {
    let odd = || io::Error::other("an extended header is malformed");
    let mut kept = Vec::new();
    let mut rest = records;
    while !rest.is_empty() {
        let blank = rest.iter().position(|byte| *byte == b' ').ok_or_else(odd)?;
        let length: usize =
            std::str::from_utf8(&rest[..blank]).ok().and_then(|text| text.parse().ok()).ok_or_else(odd)?;
        if length <= blank + 1 || length > rest.len() {
            return Err(odd());
        }
        let (record, others) = rest.split_at(length);
        let key = record[blank + 1..].split(|byte| *byte == b'=').next().unwrap_or_default();
        if !matches!(key, b"mtime" | b"atime" | b"ctime") {
            kept.extend_from_slice(record);
        }
        rest = others;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tar::{Archive, Builder, EntryType, Header};

    fn layer(time: u64, fraction: &str) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        let mtime = format!("{time}.{fraction}");
        builder
            .append_pax_extensions([
                ("mtime", mtime.as_bytes()),
                ("SCHILY.xattr.user.note", b"kept".as_slice()),
            ])
            .unwrap();
        let mut header = Header::new_ustar();
        header.set_size(600);
        header.set_mode(0o4755);
        header.set_uid(33);
        header.set_mtime(time);
        builder.append_data(&mut header, "bin/x", &[7_u8; 600][..]).unwrap();
        let mut device = Header::new_ustar();
        device.set_entry_type(EntryType::Char);
        device.set_device_major(1).unwrap();
        device.set_device_minor(3).unwrap();
        device.set_size(0);
        device.set_mode(0);
        device.set_uid(0);
        device.set_mtime(3);
        builder.append_data(&mut device, "dev/null", &[][..]).unwrap();
        builder.into_inner().unwrap()
    }

    fn clamped(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        clamp_times(bytes, &mut out, 50).unwrap();
        out
    }

    #[test]
    fn late_times_become_one_and_all_else_stays() {
        let out = clamped(&layer(100, "25"));
        assert_eq!(out, clamped(&layer(999, "123456")));
        let mut archive = Archive::new(out.as_slice());
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let extensions: Vec<String> = entry
                .pax_extensions()
                .unwrap()
                .into_iter()
                .flatten()
                .map(|one| one.unwrap().key().unwrap().to_owned())
                .collect();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let header = entry.header();
            seen.push((
                String::from_utf8(entry.path_bytes().into_owned()).unwrap(),
                header.mtime().unwrap(),
                header.mode().unwrap(),
                header.uid().unwrap(),
                bytes.len(),
                extensions.join(","),
            ));
        }
        assert_eq!(
            seen,
            [
                ("bin/x".into(), 50, 0o4755, 33, 600, "SCHILY.xattr.user.note".into()),
                ("dev/null".into(), 3, 0, 0, 0, String::new()),
            ]
        );
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        let refused = |bytes: &[u8]| clamp_times(bytes, io::sink(), 50).is_err();
        assert!(refused(&[1; 512]));
        assert!(refused(&[1; 100]));
        let whole = layer(100, "1");
        assert!(refused(&whole[..whole.len() - 1800]));
        assert!(!refused(&[]));
    }
}

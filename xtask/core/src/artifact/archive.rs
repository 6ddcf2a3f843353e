//! gzip-compressed tar archives with nothing of the machine in them: fixed times, no owners, plain modes.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use tar::{Archive, Builder, EntryType, Header};

/// One file, link or folder of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub path: String,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    File {
        bytes: Vec<u8>,
        executable: bool,
    },
    /// A symbolic link and its target.
    Link(String),
    Folder,
}

impl Member {
    pub fn file(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Member {
        Member { path: path.into(), content: Content::File { bytes: bytes.into(), executable: false } }
    }

    /// The bytes of a file.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::File { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}

/// How members follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As given.
    Kept,
    /// By path, in byte order.
    Sorted,
}

/// Writes an archive: every time is `time` (seconds since 1970), owner and group are 0 without a name, modes
/// are 0644, 0755 for what can be executed and for folders; the gzip header has neither a time nor a name.
/// Equal members give equal bytes.
///
/// # Errors
/// A path that no tar header can hold.
pub fn pack(members: &[Member], time: u64, order: Order) -> io::Result<Vec<u8>> {
    let mut members: Vec<&Member> = members.iter().collect();
    if order == Order::Sorted {
        members.sort_by(|a, b| a.path.cmp(&b.path));
    }
    let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::new(9));
    let mut builder = Builder::new(gzip);
    for member in members {
        append(&mut builder, member, time)?;
    }
    builder.into_inner()?.finish()
}

fn append<W: Write>(builder: &mut Builder<W>, member: &Member, time: u64) -> io::Result<()> {
    let mut header = Header::new_ustar();
    let (kind, mode, bytes): (_, _, &[u8]) = match &member.content {
        Content::File { bytes, executable } => {
            (EntryType::Regular, if *executable { 0o755 } else { 0o644 }, bytes)
        }
        Content::Link(_) => (EntryType::Symlink, 0o777, &[]),
        Content::Folder => (EntryType::Directory, 0o755, &[]),
    };
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(time);
    header.set_size(bytes.len() as u64);
    let mut extensions: Vec<(&str, &[u8])> = Vec::new();
    if header.set_path(&member.path).is_err() {
        // POSIX.1-2001: the whole path in an extended header, its end in the plain one.
        extensions.push(("path", member.path.as_bytes()));
        header.set_path(tail(&member.path))?;
    }
    if let Content::Link(target) = &member.content
        && header.set_link_name_literal(target).is_err()
    {
        extensions.push(("linkpath", target.as_bytes()));
        header.set_link_name_literal(tail(target))?;
    }
    if !extensions.is_empty() {
        builder.append_pax_extensions(extensions)?;
    }
    header.set_cksum();
    builder.append(&header, bytes)
}

/// The last part of a path that fits a header's name.
fn tail(path: &str) -> &str {
    let mut start = path.len().saturating_sub(100);
    while !path.is_char_boundary(start) {
        start += 1;
    }
    path[start..].trim_start_matches('/')
}

/// Reads an archive whole: packages are small.
///
/// # Errors
/// What is no gzip-compressed tar archive, and members that are neither file, folder nor symbolic link.
pub fn unpack(bytes: &[u8]) -> io::Result<Vec<Member>> {
    let mut archive = Archive::new(GzDecoder::new(bytes));
    let mut members = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let text = |bytes: &[u8]| {
            String::from_utf8(bytes.to_vec()).map_err(|_| io::Error::other("a path is not UTF-8"))
        };
        let path = text(&entry.path_bytes())?;
        let content = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => {
                let executable = entry.header().mode()? & 0o111 != 0;
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                Content::File { bytes, executable }
            }
            EntryType::Symlink => Content::Link(text(&entry.link_name_bytes().unwrap_or_default())?),
            EntryType::Directory => Content::Folder,
            EntryType::XGlobalHeader => continue,
            other => return Err(io::Error::other(format!("{path} is of the type {other:?}"))),
        };
        members.push(Member { path, content });
    }
    Ok(members)
}

/// The same members with nothing of the machine in the archive.
///
/// # Errors
/// As [`unpack`] and [`pack`].
pub fn normalise(bytes: &[u8], time: u64, order: Order) -> io::Result<Vec<u8>> {
    pack(&unpack(bytes)?, time, order)
}

/// The files of an archive by path.
///
/// # Errors
/// As [`unpack`].
pub fn files(bytes: &[u8]) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let file = |member: Member| match member.content {
        Content::File { bytes, .. } => Some((member.path, bytes)),
        _ => None,
    };
    Ok(unpack(bytes)?.into_iter().filter_map(file).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members() -> Vec<Member> {
        let long = format!("{}/{}", "deep/".repeat(60), "n".repeat(120));
        vec![
            Member::file("b/second.txt", "two"),
            Member { path: "a".into(), content: Content::Folder },
            Member {
                path: "a/run".into(),
                content: Content::File { bytes: b"#!x".to_vec(), executable: true },
            },
            Member { path: "a/link".into(), content: Content::Link("../".repeat(50)) },
            Member::file(long, "far"),
            Member::file("a/ü.txt", ""),
        ]
    }

    #[test]
    fn reads_back_what_it_writes() {
        let packed = pack(&members(), 7, Order::Kept).unwrap();
        assert_eq!(unpack(&packed).unwrap(), members());
        let mut sorted = members();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(unpack(&pack(&members(), 7, Order::Sorted).unwrap()).unwrap(), sorted);
    }

    #[test]
    fn nothing_of_the_machine_is_left() {
        // An archive as a machine writes it: own times, owners, modes, a gzip header with a time.
        let dressed = |time: u64, uid: u64, mode: u32| {
            let mut builder = Builder::new(
                GzBuilder::new().mtime(u32::try_from(time).unwrap()).write(Vec::new(), Compression::fast()),
            );
            let mut header = Header::new_gnu();
            header.set_size(3);
            header.set_mode(mode);
            header.set_uid(uid);
            header.set_mtime(time);
            header.set_username(&format!("user{uid}")).unwrap();
            builder.append_data(&mut header, "p-1/f", &b"abc"[..]).unwrap();
            builder.into_inner().unwrap().finish().unwrap()
        };
        let (one, other) = (dressed(10, 1000, 0o664), dressed(99, 501, 0o600));
        assert_ne!(one, other);
        let normalised = normalise(&one, 5, Order::Sorted).unwrap();
        assert_eq!(normalised, normalise(&other, 5, Order::Sorted).unwrap());
        // RFC 1952: bytes 4 to 7 are the time.
        assert_eq!(normalised[4..8], [0; 4]);
        let mut archive = Archive::new(GzDecoder::new(normalised.as_slice()));
        let entry = archive.entries().unwrap().next().unwrap().unwrap();
        let header = entry.header();
        assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.mode().unwrap()), (5, 0, 0o644));
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        assert!(unpack(b"not an archive").is_err());
        let packed = pack(&members(), 7, Order::Kept).unwrap();
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
    }
}

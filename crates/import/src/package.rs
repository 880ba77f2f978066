//! The ZIP package that a Word document or an Excel workbook is: checked whole before anything is read from it.
//!
//! A few kilobytes can unpack to terabytes, and what a package says of its sizes is only what its writer said. So every
//! member is unpacked once, a buffer at a time and to nowhere, and what comes out is counted.

use std::io::{Cursor, Read, sink};
use zip::ZipArchive;
use zip::result::ZipError;

/// The most bytes that the members of a package may unpack to, all together. A committee's papers are some hundred
/// kilobytes; their pictures count too.
pub const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

/// The most members that a package may have. A workbook has one for each sheet, and some ten besides.
pub const MAX_MEMBERS: usize = 4096;

/// How the files of Office before 2007 begin, and those of today with a password round them.
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// A package that cannot be read, or is not to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// It is an Office file of the old kind, or one that is encrypted.
    #[error(
        "the file is in Office's format of before 2007, or protected by a password: save it as DOCX, XLSX or CSV, \
         without a password"
    )]
    CompoundFile,
    /// It is no ZIP package, or a damaged one.
    #[error("the file is no whole ZIP package, as a DOCX or an XLSX is: {0}")]
    Damaged(String),
    /// It has too many members.
    #[error("the package has {members} members: at most {MAX_MEMBERS} are read")]
    TooManyMembers {
        /// How many it has.
        members: usize,
    },
    /// It unpacks to more than is read.
    #[error("the package unpacks to more than {MAX_UNPACKED_BYTES} bytes: at most that many are read")]
    TooLarge,
    /// A member is damaged, encrypted, packed in a way that Office does not use, or not of the size that it says.
    #[error("`{member}` in the package cannot be unpacked: {problem}")]
    Member {
        /// The member's name.
        member: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// A package whose every member was unpacked within the limits, and found whole.
#[derive(Debug)]
pub struct ZipPackage<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
}

impl<'a> ZipPackage<'a> {
    /// Checks the whole package.
    pub fn open(bytes: &'a [u8]) -> Result<Self, PackageError> {
        if bytes.starts_with(COMPOUND_FILE) {
            return Err(PackageError::CompoundFile);
        }
        let damaged = |error: ZipError| PackageError::Damaged(error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if archive.len() > MAX_MEMBERS {
            return Err(PackageError::TooManyMembers { members: archive.len() });
        }
        let mut names = Vec::with_capacity(archive.len());
        let mut left = MAX_UNPACKED_BYTES;
        for index in 0..archive.len() {
            let (name, unpacked) = check_member(&mut archive, index, left)?;
            names.push(name);
            left -= unpacked;
        }
        Ok(Self { archive, names })
    }

    /// The members' names, in the order of the package.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// A member's bytes. Names are compared as Office does: without regard to case. `None` if there is no such member.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, PackageError> {
        let Some(index) = self.names.iter().position(|member| member.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        let failed = |problem: String| PackageError::Member { member: self.names[index].clone(), problem };
        let member = self.archive.by_index(index).map_err(|error| failed(error.to_string()))?;
        let mut bytes = Vec::new();
        // The member was found within the limit when the package was opened; the bytes are the same.
        member.take(MAX_UNPACKED_BYTES).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
        Ok(Some(bytes))
    }
}

/// Unpacks a member to nowhere: its name and its size, or why it is refused. No more than `left` bytes and one are
/// unpacked.
fn check_member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: u64,
) -> Result<(String, u64), PackageError> {
    let name = match archive.name_for_index(index) {
        Some(Ok(name)) => name.into_owned(),
        _ => format!("member {}", index + 1),
    };
    let failed = |problem: String| PackageError::Member { member: name.clone(), problem };
    let member = archive.by_index(index).map_err(|error| failed(error.to_string()))?;
    let declared = member.size();
    let mut limited = member.take(left + 1);
    let unpacked = std::io::copy(&mut limited, &mut sink()).map_err(|error| failed(error.to_string()))?;
    if unpacked > left {
        return Err(PackageError::TooLarge);
    }
    if unpacked != declared {
        return Err(failed(format!("it says that it holds {declared} bytes, and holds {unpacked}")));
    }
    Ok((name, unpacked))
}

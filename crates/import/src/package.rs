//! The ZIP package of a Word document or an Excel workbook, checked before anything is read from it.
//!
//! A few kilobytes can unpack to terabytes, and the sizes that a package declares may be false. So every member is
//! first unpacked into nothing, a buffer at a time, and its bytes are counted.

use std::io::{self, Cursor, Read, sink};
use zip::ZipArchive;
use zip::result::ZipError;

/// The most bytes that all members together may unpack to. A committee's papers take some hundred kilobytes; their
/// pictures count too.
pub const MAX_UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

/// The most members of a package. A workbook has one for each sheet and about ten others.
pub const MAX_MEMBERS: usize = 4096;

/// The first bytes of Office files from before 2007, and of encrypted ones of today.
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Why a package is refused.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// An Office file from before 2007, or an encrypted one.
    #[error(
        "the file is in Office's format from before 2007, or protected by a password: save it as DOCX, XLSX or CSV, \
         without a password"
    )]
    CompoundFile,
    /// Not a ZIP package, or a damaged one.
    #[error("the file is not a whole ZIP package, which a DOCX or XLSX file is: {0}")]
    Damaged(#[from] ZipError),
    /// More members than [`MAX_MEMBERS`].
    #[error("the package has {members} members: expected at most {MAX_MEMBERS}")]
    TooManyMembers {
        /// The number of members.
        members: usize,
    },
    /// Unpacks to more than [`MAX_UNPACKED_BYTES`].
    #[error("the package unpacks to too much: expected at most {MAX_UNPACKED_BYTES} bytes")]
    TooLarge,
    /// A member cannot be unpacked, or declares what it does not hold.
    #[error("`{member}` in the package cannot be unpacked: {source}")]
    Member {
        /// The member's name.
        member: String,
        /// What is wrong with the member.
        source: MemberError,
    },
}

/// Why a member of a package is refused.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// It is encrypted, or compressed in a way that Office does not use.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// Its bytes are damaged.
    #[error(transparent)]
    Unpack(#[from] io::Error),
    /// It is of another size than declared.
    #[error("it declares {declared} bytes but holds {unpacked}")]
    Size {
        /// The size that the package declares.
        declared: u64,
        /// The size of its bytes.
        unpacked: u64,
    },
    /// A table of strings declares more of them than fit into its bytes.
    #[error("it declares more strings than it holds, or is not in UTF-8")]
    Strings,
}

/// A package whose members were all unpacked within the limits.
#[derive(Debug)]
pub struct ZipPackage<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
}

impl<'a> ZipPackage<'a> {
    /// Opens a package and checks every member.
    pub fn open(bytes: &'a [u8]) -> Result<Self, PackageError> {
        if bytes.starts_with(COMPOUND_FILE) {
            return Err(PackageError::CompoundFile);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
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

    /// Returns the members' names, in the order of the package.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Returns a member's bytes, or `None` if there is no such member. Names are compared without case, as Office
    /// does.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, PackageError> {
        let Some(index) = self.names.iter().position(|member| member.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        let failed = |source: MemberError| PackageError::Member { member: self.names[index].clone(), source };
        let member = self.archive.by_index(index).map_err(|error| failed(error.into()))?;
        let mut bytes = Vec::new();
        // `open` found the member within the limit, and its bytes have not changed since.
        member.take(MAX_UNPACKED_BYTES).read_to_end(&mut bytes).map_err(|error| failed(error.into()))?;
        Ok(Some(bytes))
    }
}

/// Unpacks a member into nothing and returns its name and size. Unpacks at most one byte more than `left`.
fn check_member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: u64,
) -> Result<(String, u64), PackageError> {
    let name = match archive.name_for_index(index) {
        Some(Ok(name)) => name.into_owned(),
        _ => format!("member {}", index + 1),
    };
    let failed = |source: MemberError| PackageError::Member { member: name.clone(), source };
    let member = archive.by_index(index).map_err(|error| failed(error.into()))?;
    let declared = member.size();
    let mut limited = member.take(left + 1);
    let unpacked = io::copy(&mut limited, &mut sink()).map_err(|error| failed(error.into()))?;
    if unpacked > left {
        return Err(PackageError::TooLarge);
    }
    if unpacked != declared {
        return Err(failed(MemberError::Size { declared, unpacked }));
    }
    Ok((name, unpacked))
}

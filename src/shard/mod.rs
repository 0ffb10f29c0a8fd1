//! Shards: what replications left behind, as bytes that can be kept, moved and put together again.
//!
//! Owns the format of shards and checkpoints and what is checked before several become one. It knows outcomes and
//! scenarios' hashes, nothing of folders or names of files: it reads and writes streams.
//!
//! A shard is the outcomes of every strategy in a range of replications, exact to the last digit, in order. Whoever
//! reads them back and adds them to a [`Study`](crate::montecarlo::Study) gets what the run itself would have given, bit
//! for bit: sums of floats too, since they are made anew in the same order.
//!
//! # The format
//!
//! ```text
//! deploysim shard 2⏎                  the format and its version
//! {"program":"0.1.0", …}⏎             the header as one line of JSON: `Header`
//! checksum                            32 bytes
//! then any number of segments:
//!     kind                            1 byte: 1 for replications, 2 for the end
//!     length                          8 bytes, the lowest first: of what follows, without the checksum
//!     first replication, how many     variable-length integers (as in LEB128)
//!     outcomes                        by replication, then strategy
//!     checksum                        32 bytes
//! ```
//!
//! A checksum is the SHA-256 of the one before it and of everything since, so that no segment can be damaged, lost,
//! repeated or exchanged unnoticed. A shard ends with an end segment of no replications; one without it is not
//! whole. A checkpoint is the same without an end: it grows by a segment at a time, and a last segment that a killed
//! program did not finish is as if it were not there.

mod code;
mod header;
mod merge;
mod outcome;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use header::{Header, Range};
pub use merge::{MergeError, in_order, same_run};
pub use read::{Reader, Segment};
pub use write::Writer;

use sha2::{Digest, Sha256};

/// The first line; the number is the version of the format.
const MAGIC: &str = "deploysim shard 2\n";
/// What the first line of every version begins with.
const MAGIC_OF_ANY: &str = "deploysim shard ";
/// Kinds of segments.
const REPLICATIONS: u8 = 1;
const END: u8 = 2;

/// Why a shard cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// The file system said so.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Something else.
    #[error("it is no shard: it does not begin with \"{}\"", MAGIC.trim_end())]
    NotAShard,
    /// Another version of the format.
    #[error("it is a shard of another format, \"{found}\"; this program reads \"{}\"", MAGIC.trim_end())]
    OtherFormat {
        /// Its first line.
        found: String,
    },
    /// It ends too early.
    #[error("it is cut off: replications from {next} on are missing; make it again")]
    CutOff {
        /// The replication after the last whole segment.
        next: u64,
    },
    /// Some bytes are not those that were written.
    #[error("it is damaged: {what} in byte {at} or after; make it again")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// Where the part begins that is wrong.
        at: u64,
    },
}

/// A checksum of everything so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Checksum([u8; 32]);

impl Checksum {
    /// The checksum after these parts.
    fn after(self, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

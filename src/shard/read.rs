//! Reading a shard or a checkpoint, a segment at a time.

use super::code::Code;
use super::header::Header;
use super::write::Writer;
use super::{Checksum, END, MAGIC, MAGIC_OF_ANY, REPLICATIONS, ShardError};
use crate::sim::Outcome;
use std::io::{self, BufRead, Read, Write};

/// A header that is longer has no end: a scenario's text has 16 MiB at most.
const LONGEST_HEADER: u64 = 128 << 20;
/// A segment that is longer was never written.
const LONGEST_SEGMENT: u64 = 8 << 30;
/// Bytes of kind and length.
const HEAD: usize = 9;

/// Some replications, one after the other: the outcomes of each strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The first of them.
    pub first: u64,
    /// By replication, then strategy.
    pub replications: Vec<Vec<Outcome>>,
}

/// Reads segments in order, checking each before it is given.
#[derive(Debug)]
pub struct Reader<R: BufRead> {
    from: R,
    header: Header,
    checksum: Checksum,
    next: u64,
    /// Bytes up to the end of the last whole segment.
    whole: u64,
    has_end: bool,
}

/// What stands where a segment may begin.
enum Found {
    Segment(u8, Vec<u8>),
    /// Nothing at all.
    Nothing,
    /// A part of a segment.
    Part,
    /// As much as a segment has, but it is not what was written.
    Wrong,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Something else than a shard, another format, a damaged or unfinished header.
    pub fn new(mut from: R) -> Result<Self, ShardError> {
        let mut magic = Vec::new();
        from.by_ref().take(MAGIC.len() as u64 + 16).read_until(b'\n', &mut magic)?;
        if magic != MAGIC.as_bytes() {
            return Err(if MAGIC.as_bytes().starts_with(&magic) {
                ShardError::CutOff { next: 0 }
            } else if magic.starts_with(MAGIC_OF_ANY.as_bytes()) {
                ShardError::OtherFormat { found: String::from_utf8_lossy(&magic).trim_end().to_owned() }
            } else {
                ShardError::NotAShard
            });
        }
        let at = magic.len() as u64;
        let mut line = Vec::new();
        from.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
        let written = Checksum::default().after(&[&magic, &line]);
        let mut found = [0; 32];
        from.read_exact(&mut found).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ShardError::CutOff { next: 0 },
            _ => ShardError::Io(error),
        })?;
        if found != written.0 {
            return Err(ShardError::Damaged { what: "the header", at });
        }
        let header = Header::parse(&String::from_utf8_lossy(&line), at)?;
        let whole = at + line.len() as u64 + found.len() as u64;
        Ok(Self { from, next: header.range.first, header, checksum: written, whole, has_end: false })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The replication after those that were read.
    pub fn next_replication(&self) -> u64 {
        self.next
    }

    /// The next segment of a shard, or none after the end of a shard that is whole.
    ///
    /// # Errors
    /// A shard that is damaged or cut off, and what the file system says.
    pub fn next_segment(&mut self) -> Result<Option<Segment>, ShardError> {
        if self.has_end {
            return Ok(None);
        }
        match self.find()? {
            Found::Segment(kind, bytes) => self.take(kind, &bytes),
            Found::Nothing | Found::Part => Err(ShardError::CutOff { next: self.next }),
            Found::Wrong => Err(self.damaged("a segment")),
        }
    }

    /// The next segment of a checkpoint, or none where there is no further one that is whole.
    ///
    /// # Errors
    /// A checkpoint that is damaged before its last segment, and what the file system says.
    pub fn next_kept(&mut self) -> Result<Option<Segment>, ShardError> {
        match self.find()? {
            Found::Segment(kind, bytes) => self.take(kind, &bytes),
            Found::Nothing | Found::Part => Ok(None),
            // A machine that lost its power may have kept the length of the last segment and not its bytes.
            Found::Wrong if self.from.fill_buf()?.is_empty() => Ok(None),
            Found::Wrong => Err(self.damaged("a segment")),
        }
    }

    /// Goes on writing after what was read: the bytes of `out` up to its length in [`Self::whole`] are those.
    pub fn writer<W: Write>(&self, out: W) -> Writer<W> {
        Writer::after(out, self.checksum, self.next)
    }

    /// True once the end of a shard was read, which a checkpoint has not.
    pub fn has_end(&self) -> bool {
        self.has_end
    }

    /// How many bytes there are up to the end of the last segment that was read.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    fn damaged(&self, what: &'static str) -> ShardError {
        ShardError::Damaged { what, at: self.whole }
    }

    /// Reads what looks like a segment, and compares its checksum.
    fn find(&mut self) -> Result<Found, ShardError> {
        let mut head = [0; HEAD];
        match read_up_to(&mut self.from, &mut head)? {
            0 => return Ok(Found::Nothing),
            HEAD => {}
            _ => return Ok(Found::Part),
        }
        let [kind, length @ ..] = head;
        let length = u64::from_le_bytes(length);
        if length > LONGEST_SEGMENT {
            return Ok(Found::Wrong);
        }
        // Grows as bytes come: a length that is wrong asks for no memory.
        let mut bytes = Vec::new();
        let mut checksum = [0; 32];
        let read = self.from.by_ref().take(length).read_to_end(&mut bytes)?;
        if read as u64 != length || read_up_to(&mut self.from, &mut checksum)? != checksum.len() {
            return Ok(Found::Part);
        }
        let written = self.checksum.after(&[&head, &bytes]);
        if checksum != written.0 {
            return Ok(Found::Wrong);
        }
        self.checksum = written;
        Ok(Found::Segment(kind, bytes))
    }

    /// What a segment holds. Its bytes are those that were written, so that nonsense is another program's.
    fn take(&mut self, kind: u8, bytes: &[u8]) -> Result<Option<Segment>, ShardError> {
        let mut from = bytes;
        let nonsense = |_| self.damaged("a segment of nonsense");
        let (first, count) = <(u64, u64)>::decode(&mut from).map_err(nonsense)?;
        let is_known = kind == REPLICATIONS || (kind == END && count == 0);
        if !is_known || first != self.next || count > bytes.len() as u64 {
            return Err(self.damaged("a segment out of place"));
        }
        let mut replications = Vec::new();
        for _ in 0..count {
            let outcomes = (0..self.header.strategies.len()).map(|_| Outcome::decode(&mut from));
            replications.push(outcomes.collect::<Result<Vec<Outcome>, _>>().map_err(nonsense)?);
        }
        if !from.is_empty() {
            return Err(self.damaged("a segment that is too long"));
        }
        if kind == END {
            if self.next != self.header.range.end {
                return Err(ShardError::CutOff { next: self.next });
            }
            if !self.from.fill_buf()?.is_empty() {
                return Err(self.damaged("something after the end"));
            }
            self.has_end = true;
            return Ok(None);
        }
        self.whole += (HEAD + bytes.len() + 32) as u64;
        self.next += count;
        Ok(Some(Segment { first, replications }))
    }
}

/// Fills as much of the buffer as there is.
fn read_up_to(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match from.read(&mut buffer[done..]) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

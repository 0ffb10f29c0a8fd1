//! Writing a shard or a checkpoint, segment by segment.

use super::code::Code;
use super::header::Header;
use super::{Checksum, END, MAGIC, REPLICATIONS};
use crate::sim::Outcome;
use std::io::{self, Write};

/// Writes outcomes in order. What is added is kept in memory until [`Self::seal`].
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    checksum: Checksum,
    /// First replication of the segment at hand.
    first: u64,
    count: u64,
    outcomes: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn new(mut out: W, header: &Header) -> io::Result<Self> {
        let line = header.line();
        let checksum = Checksum::default().after(&[MAGIC.as_bytes(), line.as_bytes()]);
        out.write_all(MAGIC.as_bytes())?;
        out.write_all(line.as_bytes())?;
        out.write_all(&checksum.0)?;
        Ok(Self::after(out, checksum, header.range.first))
    }

    /// Goes on after segments that were read.
    pub(super) fn after(out: W, checksum: Checksum, next: u64) -> Self {
        Self { out, checksum, first: next, count: 0, outcomes: Vec::new() }
    }

    /// Adds the next replication: one outcome per strategy.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            outcome.encode(&mut self.outcomes);
        }
        self.count += 1;
    }

    /// Bytes that wait for a seal.
    pub fn waiting(&self) -> usize {
        self.outcomes.len()
    }

    /// Writes what waits as one segment, if anything does.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn seal(&mut self) -> io::Result<()> {
        if self.count > 0 {
            self.segment(REPLICATIONS)?;
        }
        Ok(())
    }

    /// Seals, and writes the end; gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal()?;
        self.segment(END)?;
        Ok(self.out)
    }

    /// The same with what it writes to in another form.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn try_map<V: Write>(self, change: impl FnOnce(W) -> io::Result<V>) -> io::Result<Writer<V>> {
        let Self { out, checksum, first, count, outcomes } = self;
        Ok(Writer { out: change(out)?, checksum, first, count, outcomes })
    }

    /// What it writes to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// A segment goes out in one piece, as far as the writer lets it.
    fn segment(&mut self, kind: u8) -> io::Result<()> {
        let mut places = Vec::new();
        self.first.encode(&mut places);
        self.count.encode(&mut places);
        let length = ((places.len() + self.outcomes.len()) as u64).to_le_bytes();
        let mut bytes = Vec::with_capacity(self.outcomes.len() + 64);
        for part in [&[kind][..], &length, &places, &self.outcomes] {
            bytes.extend_from_slice(part);
        }
        self.checksum = self.checksum.after(&[&bytes]);
        bytes.extend_from_slice(&self.checksum.0);
        self.out.write_all(&bytes)?;
        self.first += self.count;
        self.count = 0;
        self.outcomes.clear();
        Ok(())
    }
}

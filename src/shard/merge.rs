//! What is checked before shards become one.

use super::header::{Header, Range};

/// Why shards do not make one run. Each message names the two files and what differs.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MergeError {
    /// No shards.
    #[error("there is nothing to merge")]
    Nothing,
    /// They are not of one run.
    #[error("{a} and {b} do not belong together: {what} is {of_a} in the first and {of_b} in the second")]
    Mixed {
        /// A file.
        a: String,
        /// Another.
        b: String,
        /// What differs.
        what: &'static str,
        /// In the first.
        of_a: String,
        /// In the second.
        of_b: String,
    },
    /// Some replications are there twice.
    #[error("{a} has replications {of_a} and {b} has {of_b}: {both} are in both")]
    Overlap {
        /// A file.
        a: String,
        /// Its replications.
        of_a: Range,
        /// Another.
        b: String,
        /// Its replications.
        of_b: Range,
        /// Those in both.
        both: Range,
    },
    /// Some replications are missing between two shards.
    #[error("{a} has replications {of_a} and {b} has {of_b}: {missing} are missing")]
    Gap {
        /// A file.
        a: String,
        /// Its replications.
        of_a: Range,
        /// The next one.
        b: String,
        /// Its replications.
        of_b: Range,
        /// Those in neither.
        missing: Range,
    },
    /// The first replications are missing.
    #[error(
        "the first shard, {file}, has replications {range}: {missing} are missing, and a run begins at 0"
    )]
    NoBeginning {
        /// The file.
        file: String,
        /// Its replications.
        range: Range,
        /// Those in none.
        missing: Range,
    },
}

/// The places of shards, by name and header, in the order of their replications, if together they are replications
/// `0..n` of one scenario, seed and version.
///
/// # Errors
/// The first thing that is in the way.
pub fn in_order(shards: &[(String, Header)]) -> Result<Vec<usize>, MergeError> {
    let (name, header) = shards.first().ok_or(MergeError::Nothing)?;
    shards[1..].iter().try_for_each(|(other, of_other)| same_run((name, header), (other, of_other)))?;
    let mut order: Vec<usize> = (0..shards.len()).collect();
    order.sort_by_key(|place| shards[*place].1.range);
    let (file, header) = &shards[order[0]];
    if header.range.first != 0 {
        let missing = Range { first: 0, end: header.range.first };
        return Err(MergeError::NoBeginning { file: file.clone(), range: header.range, missing });
    }
    for pair in order.windows(2) {
        let [(a, of_a), (b, of_b)] = [pair[0], pair[1]].map(|place| &shards[place]);
        let (a, b, of_a, of_b) = (a.clone(), b.clone(), of_a.range, of_b.range);
        if of_b.first < of_a.end {
            let both = Range { first: of_b.first, end: of_a.end.min(of_b.end) };
            return Err(MergeError::Overlap { a, of_a, b, of_b, both });
        }
        if of_b.first > of_a.end {
            let missing = Range { first: of_a.end, end: of_b.first };
            return Err(MergeError::Gap { a, of_a, b, of_b, missing });
        }
    }
    Ok(order)
}

/// Both, each by its name in messages, are of the same program, scenario and seed.
///
/// # Errors
/// The first thing that differs.
pub fn same_run((a, of_a): (&str, &Header), (b, of_b): (&str, &Header)) -> Result<(), MergeError> {
    let names = |header: &Header| header.strategies.join(", ");
    let said = |header: &Header| {
        [
            ("the version of the program", header.program.clone()),
            ("the scenario", header.scenario.clone()),
            ("the scenario's hash", header.scenario_hash.to_string()),
            ("the seed", header.seed.to_string()),
            ("the list of strategies", names(header)),
        ]
    };
    for ((what, of_a), (_, of_b)) in said(of_a).into_iter().zip(said(of_b)) {
        if of_a != of_b {
            return Err(MergeError::Mixed { a: a.to_owned(), b: b.to_owned(), what, of_a, of_b });
        }
    }
    Ok(())
}

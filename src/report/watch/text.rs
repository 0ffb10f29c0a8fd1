//! A film as text: a block for every instant in which something happened or a row of the bill closed.

use super::Film;
use crate::units::{Money, SimTime};
use std::fmt::Write as _;

/// The whole film. A row stands where it closes, with all that it took in; the last line is the bill.
pub fn in_text(film: &Film) -> String {
    let mut text = format!("{}\n", film.title);
    let mut instants: Vec<SimTime> = film.events.iter().map(|event| event.at).collect();
    instants.extend(film.ledger.rows().iter().map(|row| row.closes));
    instants.sort_unstable();
    instants.dedup();
    let mut events = film.events.iter().peekable();
    let mut rows = film.ledger.rows().iter().peekable();
    let mut total = Money::ZERO;
    for at in instants {
        let _ = writeln!(text, "\n{}", film.clock(at));
        while let Some(event) = events.next_if(|event| event.at == at) {
            let _ = writeln!(text, "  {}: {}", event.who, event.text);
        }
        let mut posted = false;
        while let Some(row) = rows.next_if(|row| row.closes == at) {
            let who = if row.who.is_empty() { String::new() } else { format!("{}: ", row.who) };
            let since =
                if row.from < at { format!(", from {}", film.clock(row.from)) } else { String::new() };
            let _ = writeln!(text, "  + {:>20}  {who}{}{since}", row.amount.to_string(), row.what);
            total += row.amount;
            posted = true;
        }
        if posted {
            let _ = writeln!(text, "  = {:>20}  {} so far", total.to_string(), film.currency);
        }
    }
    let _ = writeln!(text, "\ntotal: {} {}", film.total(), film.currency);
    text
}

//! Tables of the terminal as tables of a page.

use crate::report::Comparison;
use crate::report::table;
use comfy_table::{Row, Table};
use maud::{Markup, html};

/// The figures of every strategy, and what their words mean.
pub(super) fn section(comparison: &Comparison) -> Markup {
    html! {
        section aria-labelledby="figures" {
            h2 id="figures" { "The figures" }
            p class="note" {
                (replications(comparison.replications)) " of the same worlds for all, seed "
                (comparison.seed) "; all money in " (comparison.currency) "."
            }
            @for one in table::tables(comparison) { (of(&one)) }
            details class="definitions" {
                summary { "What the words mean" }
                p { (table::definitions(comparison)) }
            }
        }
    }
}

/// "2,000 replications".
pub(super) fn replications(number: u64) -> String {
    format!("{} replication{}", crate::report::words::grouped(number), if number == 1 { "" } else { "s" })
}

/// One table. Its first column names the rows; other columns of numbers stand to the right.
pub(super) fn of(table: &Table) -> Markup {
    let rows: Vec<Vec<String>> = table.row_iter().map(cells).collect();
    let header = table.header().map(cells).unwrap_or_default();
    let is_number =
        |column: usize| rows.iter().all(|row| row.get(column).is_none_or(|cell| is_numeric(cell)));
    let classes: Vec<Option<&str>> =
        (0..header.len()).map(|column| (column > 0 && is_number(column)).then_some("n")).collect();
    // Two tables of one page begin alike, but do not go on alike.
    let label = header.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    html! {
        // It can be scrolled with the keyboard where it is wider than the window.
        div class="scroll" tabindex="0" role="region" aria-label=(format!("Table: {label}")) {
            table {
                thead { tr { @for (cell, class) in header.iter().zip(&classes) { th scope="col" class=[class] { (lines(cell)) } } } }
                tbody {
                    @for row in &rows {
                        tr {
                            @for (column, cell) in row.iter().enumerate() {
                                @if column == 0 {
                                    th scope="row" { (lines(cell)) }
                                } @else {
                                    td class=[classes.get(column).copied().flatten()] { (lines(cell)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cells(row: &Row) -> Vec<String> {
    row.cell_iter().map(comfy_table::Cell::content).collect()
}

/// A cell of several lines.
fn lines(text: &str) -> Markup {
    html! { @for (index, line) in text.lines().enumerate() { @if index > 0 { br; } (line) } }
}

/// A number with what may stand around it, or the dash of a figure that there is none of.
pub(super) fn is_numeric(cell: &str) -> bool {
    let text = cell.trim_start_matches(['-', '−', '+', '±', '<', '≤', '≥', '~', ' ']);
    text.is_empty() || text == "–" || text.starts_with(|first: char| first.is_ascii_digit())
}

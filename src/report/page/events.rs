//! What happened, in order: the timeline in words, for whoever reads or listens.

use super::bill::clock;
use super::rules;
use crate::report::Told;
use crate::report::bill::Bill;
use crate::report::words::count;
use maud::{Markup, html};

/// More events than this are not told one by one.
const EVENTS_MOST: usize = 1_500;

/// A line of the story.
struct Event<'a> {
    at: &'a str,
    whose: String,
    text: String,
    rules: &'a [&'static str],
}

pub(super) fn section(told: &Told<'_>) -> Markup {
    let bill = Bill::new(told);
    let mut all: Vec<Event<'_>> = bill
        .events
        .iter()
        .map(|event| Event {
            at: &event.at,
            whose: event
                .replica
                .map_or_else(|| event.deployment.clone(), |one| format!("{}/{one}", event.deployment)),
            text: format!("{}: {}", event.to, event.detail),
            rules: event.rules,
        })
        .collect();
    for account in &bill.accounts {
        all.extend(account.turns.iter().map(|turn| {
            Event {
                at: &turn.at,
                whose: account.name.clone(),
                text: [
                    turn.event.as_str(),
                    &turn.detail,
                    &turn
                        .amount
                        .as_ref()
                        .map_or_else(String::new, |amount| format!("{amount} {}", bill.currency)),
                    &format!("{} {} available", turn.available, bill.currency),
                ]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
                rules: turn.rules,
            }
        }));
    }
    // Instants of one offset sort as they are written.
    all.sort_by(|a, b| a.at.cmp(b.at));
    html! {
        section aria-labelledby="events" {
            h2 id="events" { "What happened" }
            details {
                summary { (count(all.len(), "event")) ", in order" }
                ol class="events" {
                    @for event in all.iter().take(EVENTS_MOST) {
                        li {
                            time datetime=(event.at) { (clock(event.at)) } " " b { (event.whose) } " " (event.text) " "
                            (rules::links(event.rules))
                        }
                    }
                }
                @if all.len() > EVENTS_MOST {
                    p class="note" { "… and " (all.len() - EVENTS_MOST) " more; " code { "deploysim run" } " tells them all." }
                }
            }
        }
    }
}

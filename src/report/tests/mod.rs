//! Deployments and calls in the story, on the bill and in the console's list: situations with the figures of the rules.

mod accounts;
mod billed;
mod comparison;
mod console;
mod situation;
mod told;

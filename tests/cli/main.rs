//! The program as people run it: exit codes, what goes to stdout and what to stderr, and the files it leaves.

mod backtest;
mod baseline;
mod bill;
mod breakeven;
mod catalog;
mod checkpoint;
mod calls;
mod compare;
mod export;
mod forecast;
mod gate;
mod import;
mod input;
mod install;
mod interrupt;
mod lesson;
mod merge;
mod optimise;
mod precision;
mod prices;
mod readme;
mod risk;
mod rules;
mod sensitivity;
mod sweep;
mod support;

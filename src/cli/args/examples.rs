//! What `--help` shows below the options: examples that can be pasted, and exit codes.

pub(in crate::cli) const EXIT_CODES: &str = "\
Exit codes:
  0    fine
  1    a failure at run time (a file that cannot be written, say)
  2    wrong usage
  3    a scenario, data file, shard or checkpoint that is wrong; every problem is shown on stderr
  99   a threshold failed (--fail-if); all results are written and shown
  130  interrupted";

pub(super) const NO_COMMAND: &str =
    "With no command, compares the default scenario that is built into the program.";

pub(super) const CATALOG_EXAMPLES: &str = "\
Examples:
  deploysim catalog                                what price books there are
  deploysim catalog alibaba-model-studio           its sections, sources and models
  deploysim catalog --model qwen3-max              what a model costs
  deploysim catalog --model qwen3-max-2025-09-23 --input-tpm 100000 --output-tpm 20000
  deploysim catalog --model qwen3-32b --replicas 2 --spec \"MU1 x 4\"";

pub(super) const MERGE_EXAMPLES: &str = "\
Examples:
  deploysim compare month.ron --range 0..5000 --shard-out a.shard         on one machine
  deploysim compare month.ron --range 5000..10000 --shard-out b.shard     on another
  deploysim merge a.shard b.shard --out results                           as compare month.ron -n 10000 --out results";

pub(super) const FORECAST_EXAMPLES: &str = "\
A month is charged what was used in it, by the calendar of the scenario's start, whenever that is settled.

Examples:
  deploysim forecast year.ron                          forecast.csv, .json, .png and .svg in outputs/<scenario>
  deploysim forecast year.ron --strategy PTU -n 2000 --out budget --format json";

pub(super) const RUN_EXAMPLES: &str = "\
Examples:
  deploysim run month.ron --explain            the story, and the bill with the arithmetic of each line
  deploysim run month.ron --at 12h             the list of deployments 12 hours after the start
  deploysim run month.ron --watch              the run in about 20 s, as its bill grows
  deploysim run month.ron --watch --speed 1h   an hour a second";

pub(super) const RULES_EXAMPLES: &str = "\
Examples:
  deploysim rules                    every rule in a line: what changes it, the lesson that shows it
  deploysim rules E16 A-13           these in full
  deploysim rules P                  a group: here provisioned throughput
  deploysim rules protected hour     those that have these words
  deploysim rules E16 --format json";

pub(super) const LESSON_EXAMPLES: &str = "\
Examples:
  deploysim lesson                             the course: chapters and lessons
  deploysim lesson started_minutes             a question; on a terminal it waits for your answer
  deploysim lesson started_minutes --answer 21   what the answer is worth, the run, and why";

pub(super) const BILL_EXAMPLES: &str = "\
Examples:
  deploysim bill month.ron                                   the account's months: overview, trends, settlements
  deploysim bill month.ron --format modelstudio --out bill.csv   as Model Studio's Billing Details export it
  deploysim bill month.ron --format focus --out focus.csv    as FOCUS 1.2 rows, for FinOps tools
  deploysim bill month.ron --quantile 0.95 -n 1000           of the run at the 95th percentile of cost, never a mean";

pub(super) const BACKTEST_EXAMPLES: &str = "\
Bills are CSV, plain or gzipped, recognised by their header: FOCUS 1.0 to 1.4, AWS Cost and Usage Reports (both
spellings of their columns), and Model Studio's own.

Examples:
  deploysim backtest june.ron --bill focus.csv
  deploysim backtest june.ron --bill may.csv.gz --bill june.csv.gz --strategy PTU -n 1000 --format json
  deploysim backtest june.ron --bill cur.csv --rate USD=7.1 --map \"*-ImageGen=other\" --map \"GPU hour=standard_compute\"";

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  deploysim completions bash > ~/.local/share/bash-completion/completions/deploysim
  deploysim completions zsh > \"${fpath[1]}/_deploysim\"
  deploysim completions fish > ~/.config/fish/completions/deploysim.fish
  deploysim completions powershell >> $PROFILE
  deploysim completions elvish >> ~/.config/elvish/rc.elv";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  deploysim man | man -l -                         the main page, read at once
  deploysim man --out ~/.local/share/man/man1      a page for every command, where `man deploysim-compare` finds it";

pub(super) const OPTIMISE_EXAMPLES: &str = "\
With values (PATH=a,b,c or PATH=lo..hi:steps) the best is selected from all of them, with the probability that it is the
right one. Without steps (PATH=lo..hi) the best is searched between the ends, without such a probability.

Examples:
  deploysim optimise month.ron --minimise cost.mean --over strategies[1].types[0].bid=0.6..1.4:9
  deploysim optimise month.ron --minimise cost.p95 --over strategies[1].types[0].bid=0.6..1.4:9 --subject-to \"availability.mean>=0.995\"
  deploysim optimise month.ron --minimise cost.mean                      which of its strategies
  deploysim optimise month.ron --minimise cost.mean --over strategies[1].types[0].bid=0.6..1.4 --strategy spot
  deploysim optimise month.ron --minimise cost.mean --pareto availability.mean --over strategies[1].types[0].bid=0.6..1.4:9";

pub(super) const SWEEP_EXAMPLES: &str = "\
Examples:
  deploysim check month.ron --paths                                      what can vary
  deploysim sweep month.ron --vary strategies[1].types[0].bid=0.6..1.4:9
  deploysim sweep month.ron --vary strategies[*].types[*].bid=0.8,1.0,1.2 --vary services[0].start_up=1m,5m,20m
  deploysim sweep month.ron --vary accounts[0].cash=500..5000:10 --metric stopped.share --metric cost.cvar95";

pub(super) const BREAKEVEN_EXAMPLES: &str = "\
Examples:
  deploysim breakeven ptu.ron --between \"tokens only\" \"PTU by the hour\" --over traffic[0].arrivals.per_minute=1..20
  deploysim breakeven month.ron --between standard spot --over markets[*].spot_stock.on=30m..20h --metric cost_with_downtime.mean";

pub(super) const SENSITIVITY_EXAMPLES: &str = "\
Examples:
  deploysim sensitivity month.ron --strategy spot                      every number by 10 % down and up
  deploysim sensitivity month.ron --input markets[*].spot_protected.level --input services[0].start_up.median --by 25%
  deploysim sensitivity month.ron --sobol --input markets[0].spot_protected.level=0.7..1.1 --input markets[0].spot_stock.on=4h..20h";

pub(super) const SERVE_EXAMPLES: &str = "\
Only in a program that was built with it: cargo build --release --features serve

Examples:
  deploysim serve                                     the default scenario; the address is printed
  deploysim serve month.ron --port 8080 --data records";

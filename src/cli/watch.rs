//! `deploysim run --watch`: the clock and the terminal of a film.

use super::args::RunArgs;
use super::fail::Failure;
use super::interrupt::Interrupt;
use crate::report::Told;
use crate::report::watch::{Film, Listener, Size, frame, in_text};
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::sim;
use crate::units::{SimSpan, SimTime};
use std::env;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A film lasts so many seconds where no speed is asked for.
const SECONDS: i64 = 20;
/// Time between two frames.
const FRAME: Duration = Duration::from_millis(50);
/// What is drawn on a terminal that does not say how large it is.
const USUAL: Size = Size { width: 80, height: 24 };

pub(super) fn watch(args: &RunArgs, scenario: &Scenario, strategy: &Strategy) -> Result<(), Failure> {
    let world = scenario.world.draw(args.seed, args.replication);
    let mut listener = Listener::default();
    let outcome = sim::simulate(scenario, strategy, &world, &mut listener);
    let (seed, replication) = (args.seed, args.replication);
    let recorder = &listener.recorder;
    let told = Told { scenario, strategy, seed, replication, outcome: &outcome, recorder };
    let film = Film::new(&told, &world, &listener);
    if !is_screen() {
        return super::print(&in_text(&film));
    }
    let usual = SimSpan::from_ms((film.horizon().as_ms() / SECONDS).max(1));
    play(&film, args.speed.unwrap_or(usual))
}

/// A terminal that can move its cursor.
fn is_screen() -> bool {
    std::io::stdout().is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

fn play(film: &Film, speed: SimSpan) -> Result<(), Failure> {
    let color = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let end = SimTime::ZERO + film.horizon();
    let interrupt = Interrupt::watch(Path::new("."))?;
    let screen = Screen::enter()?;
    let started = Instant::now();
    loop {
        let now = simulated(started.elapsed(), speed).min(end);
        if interrupt.is_set() {
            return Err(Failure::Stopped);
        }
        screen.show(&frame(film, now, size(), color))?;
        if now == end {
            break;
        }
        sleep(FRAME);
    }
    drop(screen);
    // The last picture stays; the line after it is the prompt's.
    let Size { width, height } = size();
    super::print(&(frame(film, end, Size { width, height: height.saturating_sub(1) }, color) + "\n"))
}

/// How far simulated time has come.
fn simulated(elapsed: Duration, speed: SimSpan) -> SimTime {
    let ms = i128::from(speed.as_ms()).saturating_mul(elapsed.as_millis() as i128) / 1_000;
    SimTime::from_ms(i64::try_from(ms).unwrap_or(i64::MAX))
}

fn size() -> Size {
    terminal_size::terminal_size()
        .map_or(USUAL, |(width, height)| Size { width: width.0.into(), height: height.0.into() })
}

/// A second screen of the terminal, without a cursor; what was there before comes back when it goes.
struct Screen;

impl Screen {
    fn enter() -> Result<Self, Failure> {
        write("\x1b[?1049h\x1b[?25l")?;
        Ok(Self)
    }

    /// A picture in one write: every line over the one before it, the rest of the line and of the screen empty.
    #[expect(clippy::unused_self, reason = "a picture is shown on a screen that was entered")]
    fn show(&self, picture: &str) -> Result<(), Failure> {
        write(&format!("\x1b[H{}\x1b[K\x1b[J", picture.replace('\n', "\x1b[K\r\n")))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nothing can be done if that fails.
        let _ = write("\x1b[?25h\x1b[?1049l");
    }
}

fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.map_err(|error| Failure::Write("the terminal".to_owned(), error))
}

/// Simulated time per second, as a duration.
pub(super) fn parse_speed(text: &str) -> Result<SimSpan, String> {
    match text.parse::<SimSpan>() {
        Ok(span) if span.is_positive() => Ok(span),
        Ok(_) => Err("time must pass: write a duration as in 1h".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

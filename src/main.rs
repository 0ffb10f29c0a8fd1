//! The `deploysim` program: everything it does lives in [`deploysim::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    deploysim::cli::main()
}

//! `deploysim serve`: starts the live page and says where it is.

use super::args::ServeArgs;
use super::fail::Failure;

/// A program without the live page says how to get one with it.
#[cfg(not(feature = "serve"))]
pub(super) fn serve(_: &ServeArgs) -> Result<(), Failure> {
    Err(Failure::Usage(
        "this program was built without the live page\n\
         help: build it with `cargo build --release --features serve`, or write a page with `compare --html FILE`"
            .to_owned(),
    ))
}

#[cfg(feature = "serve")]
pub(super) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    use super::input;
    use crate::scenario::edit::EditError;
    use crate::serve::{self, Settings};
    let own = args.scenario.as_deref().map(|path| input::source(Some(path), &args.input)).transpose();
    let scenario = own.map_err(|error: EditError| Failure::Usage(error.to_string()))?;
    let settings = Settings { port: args.port, scenario, data_dirs: input::data_dirs(&args.input) };
    let (interrupted, mut interruption) = tokio::sync::mpsc::channel(1);
    ctrlc::set_handler(move || {
        // One that is already on its way is enough.
        let _ = interrupted.try_send(());
    })?;
    let end = async move {
        interruption.recv().await;
    };
    let mut said = Ok(());
    let served = serve::serve(settings, end, |address| {
        said = super::print(&format!("deploysim serves on http://{address}/ (Ctrl-C ends it)\n"));
    });
    said?;
    served.map_err(|error| Failure::Serve(args.port, error))
}

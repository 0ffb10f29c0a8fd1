//! Pictures that were drawn for files, put into a page.

use maud::{Markup, PreEscaped, html};

/// An SVG file as a part of a page; none if the bytes are no SVG. It keeps its title for readers who listen.
pub(super) fn inline(svg: &[u8]) -> Option<Markup> {
    let text = std::str::from_utf8(svg).ok()?;
    let start = text.find("<svg ")?;
    let (open, rest) = text[start..].split_once('>')?;
    let label =
        open.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("Picture");
    // Its size is the page's matter, its proportions are its own.
    let view = open.split("viewBox=\"").nth(1).and_then(|rest| rest.split('"').next())?;
    let drawn = format!(
        "<svg viewBox=\"{view}\" role=\"img\" aria-label=\"{label}\" xmlns=\"http://www.w3.org/2000/svg\">{rest}"
    );
    Some(html! {
        // It can be scrolled with the keyboard where it is wider than the window.
        div class="picture" tabindex="0" role="group" aria-label="Picture, may scroll" { (PreEscaped(drawn)) }
    })
}

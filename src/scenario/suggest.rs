//! "Did you mean …": the nearest known name, and the list of what is known.

use super::diagnostics::Diagnostic;

/// How many names a list in a message holds at most.
const LISTED: usize = 24;

/// The known name nearest to a misspelt one, if it is near.
pub(crate) fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let best = known.iter().copied().min_by_key(|name| distance(name))?;
    // A third of the letters may differ; of very short names one.
    let allowed = (written.chars().count().max(best.chars().count()) / 3).max(1);
    (distance(best) <= allowed && !(distance(best) > 0 && best.chars().count() == 1)).then_some(best)
}

/// More than one of a kind.
pub(crate) fn plural(kind: &str) -> String {
    // A key and keys, but a strategy and strategies.
    let stem = kind.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    stem.map_or_else(|| format!("{kind}s"), |stem| format!("{stem}ies"))
}

/// Adds the nearest known name and what is known.
pub(crate) fn name(item: &mut Diagnostic, written: &str, known: &[&str], intro: &str) {
    if let Some(best) = nearest(written, known) {
        item.help(format!("did you mean `{best}`?"));
    }
    if known.is_empty() {
        item.help("there is none");
    } else {
        let rest = if known.len() > LISTED { ", …" } else { "" };
        let shown: Vec<&str> = known.iter().copied().take(LISTED).collect();
        item.help(format!("{intro} {}{rest}", shown.join(", ")));
    }
}

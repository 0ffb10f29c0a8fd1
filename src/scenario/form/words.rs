//! What the parts and values of a scenario are called.

/// `strategies` as `strategy`, `spot_protected` as `spot protected`.
pub(super) fn one_of(list: &str) -> String {
    let words = plain(list);
    if let Some(stem) = words.strip_suffix("ies") {
        return format!("{stem}y");
    }
    words.strip_suffix('s').filter(|stem| !stem.ends_with('s')).map_or(words.clone(), str::to_owned)
}

/// A field's name with blanks.
pub(super) fn plain(field: &str) -> String {
    field.replace('_', " ")
}

/// The path from a part to one of its values, in words: `types[0].bid` is "type 1, bid".
pub(super) fn label(part: &str, path: &str) -> String {
    let rest = path.strip_prefix(part).unwrap_or(path).trim_start_matches('.');
    let step = |step: &str| match step.split_once('[') {
        None => plain(step),
        Some((list, indices)) => {
            let numbers: Vec<String> = indices
                .split(['[', ']'])
                .filter_map(|index| index.parse::<usize>().ok())
                .map(|index| (index + 1).to_string())
                .collect();
            format!("{} {}", one_of(list), numbers.join("."))
        }
    };
    rest.split('.').filter(|part| !part.is_empty()).map(step).collect::<Vec<_>>().join(", ")
}

/// The unit of a price or an amount at a path: prices of machines are by the hour.
pub(super) fn money_unit(path: &str, currency: &str) -> String {
    let leaf = path.rsplit('.').next().unwrap_or(path);
    let of_market = path.starts_with("markets[")
        && ["standard", "spot_protected", "spot_unprotected"]
            .iter()
            .any(|field| path.contains(&format!("].{field}")));
    if currency.is_empty() {
        String::new()
    } else if of_market || leaf == "bid" || leaf == "lost_hour" {
        format!("{currency}/h")
    } else {
        currency.to_owned()
    }
}

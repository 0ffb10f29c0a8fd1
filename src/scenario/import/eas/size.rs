//! Sizes of disks as Kubernetes writes them: `40Gi`, `40G`, `40960Mi`.

/// A size in whole GiB, and whether it had to be rounded up to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) gib: u32,
    pub(super) rounded: bool,
}

/// Why a text is no size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SizeError {
    /// What is wrong.
    pub(super) why: String,
    /// What was probably meant.
    pub(super) meant: Option<String>,
}

/// Units and their bytes; binary ones first, as they are usual.
const UNITS: [(&str, u128); 8] = [
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
];
/// What units are called elsewhere.
const OTHERWISE: [(&str, &str); 8] = [
    ("kib", "Ki"),
    ("mib", "Mi"),
    ("gib", "Gi"),
    ("tib", "Ti"),
    ("kb", "k"),
    ("mb", "M"),
    ("gb", "G"),
    ("tb", "T"),
];
const GIB: u128 = 1 << 30;
/// A scenario's disk holds at most this.
const MOST_GIB: u128 = 1_000_000;
/// More decimals than anyone writes.
const MOST_DECIMALS: usize = 9;

/// Reads a size. A started GiB counts whole.
pub(super) fn parse(text: &str) -> Result<Size, SizeError> {
    let error = |why: &str, meant: Option<String>| Err(SizeError { why: why.to_owned(), meant });
    let digits_end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits_end);
    if number.is_empty() {
        let why = if text.starts_with('-') { "a size cannot be negative" } else { "it begins with no digit" };
        return error(why, None);
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = !whole.is_empty()
        && fraction.len() <= MOST_DECIMALS
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && !number.ends_with('.');
    if !is_number {
        return error("the digits are no number", None);
    }
    if unit.is_empty() {
        return error("the unit is missing: a bare number counts bytes", Some(format!("{number}Gi")));
    }
    let Some((_, bytes_each)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        let bare = unit.trim().to_lowercase();
        let same = UNITS.iter().map(|(name, _)| *name).find(|name| name.to_lowercase() == bare);
        let other = OTHERWISE.iter().find(|(name, _)| *name == bare).map(|(_, name)| *name);
        let meant = same.or(other).map(|unit| format!("{number}{unit}"));
        return error("there is no such unit", meant);
    };
    let scale = 10_u128.pow(u32::try_from(fraction.len()).unwrap_or(0));
    let units = format!("{whole}{fraction}").parse::<u128>().ok();
    let bytes = units.and_then(|units| units.checked_mul(*bytes_each));
    let gib = bytes.map(|scaled| (scaled.div_ceil(scale * GIB), scaled % (scale * GIB) != 0));
    match gib {
        Some((gib, rounded)) if gib <= MOST_GIB => {
            Ok(Size { gib: u32::try_from(gib).unwrap_or(u32::MAX), rounded })
        }
        Some(_) | None => error("it is larger than any disk", None),
    }
}

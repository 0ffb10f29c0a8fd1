//! What the columns of a CSV file are, by their names.

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Time,
    /// A second spelling of the time.
    SpareTime,
    /// Milliseconds whatever their size.
    Milliseconds,
    Tick,
    InstanceType,
    Region,
    Zone,
    ZoneId,
    Product,
    Protected,
    /// A spot price; of a protected or unprotected first hour, if the name says.
    Price(Option<bool>),
    OnDemand,
    Discount,
    Units,
    Unknown,
}

/// A column's name without case and punctuation.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The role of a column, by its name without case and punctuation.
pub(super) fn role(name: &str) -> Role {
    match plain(name).as_str() {
        "time" | "timestamp" | "sampledatunix" | "datetime" | "unixtime" | "times" | "timestamps" => {
            Role::Time
        }
        "sampledatutc" => Role::SpareTime,
        "timems" | "timestampms" | "unixms" => Role::Milliseconds,
        "tick" => Role::Tick,
        "instancetype" | "machinetype" => Role::InstanceType,
        "region" | "regionid" => Role::Region,
        "zone" | "availabilityzone" | "zoneid" => Role::Zone,
        "availabilityzoneid" => Role::ZoneId,
        "product" | "productdescription" => Role::Product,
        "protected" | "isprotect" => Role::Protected,
        "price" | "spotprice" | "spot" | "priceperhour" | "spotusdperhour" => Role::Price(None),
        "spotprotected" | "protectedprice" | "spotprotectedprice" => Role::Price(Some(true)),
        "spotunprotected" | "unprotectedprice" | "spotunprotectedprice" => Role::Price(Some(false)),
        "ondemand" | "ondemandprice" | "ondemandusdperhour" | "ondemandperhour" | "originprice" => {
            Role::OnDemand
        }
        "discount" | "spotdiscount" => Role::Discount,
        "available" | "availability" | "units" => Role::Units,
        _ => Role::Unknown,
    }
}

/// Names a person may have meant, for "did you mean".
pub(super) const NAMES: [&str; 17] = [
    "time",
    "Timestamp",
    "price",
    "SpotPrice",
    "available",
    "zone",
    "AvailabilityZone",
    "region",
    "instance_type",
    "InstanceType",
    "ProductDescription",
    "product",
    "on_demand",
    "discount",
    "tick",
    "protected",
    "machine_type",
];

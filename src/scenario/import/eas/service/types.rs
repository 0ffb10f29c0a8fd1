//! The ordered list of instance types, with their bids and capacities (E19, E24).

use super::{Bid, Count, Origin, Reader, Wanted, first_character};
use crate::scenario::import::eas::json::{Kind, Value};
use crate::scenario::import::eas::keys::{INSTANCE_KEYS, Keys};
use crate::scenario::import::number::{NumberError, parse_nano};
use crate::scenario::values::HIGHEST_PRICE;
use crate::units::UnitPrice;

impl<'a> Reader<'a, '_> {
    /// What may be rented, in order; nothing if nothing of it is right.
    pub(super) fn types(
        &mut self,
        keys: &mut Keys<'a>,
        count: Option<&Count>,
        service: &Value,
    ) -> Option<Vec<Wanted>> {
        let list = keys.get("cloud.computing.instances").cloned();
        let single = keys.get("cloud.computing.instance_type").cloned();
        if let (Some(_), Some(single)) = (&list, &single) {
            let item = self.out.warning(single.span(), format!("{} is left out", single.place()));
            item.help("`cloud.computing.instances` is given as well, and has the order and the bids");
        }
        match (list, single) {
            (Some(list), _) => self.list(&list, keys, count.map(|count| count.instances)),
            (None, Some(single)) => {
                let instance_type = self.type_name(&single)?;
                let origin = self.origin(&single);
                Some(vec![Wanted { instance_type, bid: None, cap: None, origin }])
            }
            (None, None) => self.no_types(keys, service),
        }
    }

    /// Why there is nothing to rent.
    fn no_types(&mut self, keys: &Keys, service: &Value) -> Option<Vec<Wanted>> {
        let example = "\"cloud\": {\"computing\": {\"instances\": [{\"type\": \"ecs.c8i.2xlarge\"}]}}";
        if let Some(group) = keys.get("metadata.resource").filter(|value| value.written() != "\"\"") {
            let message = "the service runs in a dedicated group: there is nothing to rent";
            let item = self.out.error(group.span(), message);
            item.label("its machines bill from their purchase, used or not (E26)");
            item.help(format!("to ask what public resources would cost, add {example}"));
            return None;
        }
        let item = self.out.error(first_character(service), "the service names no instance type");
        item.label("`cloud.computing.instances` is missing").help(format!("add {example}"));
        None
    }

    fn list(&mut self, list: &Value<'a>, keys: &mut Keys<'a>, instances: Option<u32>) -> Option<Vec<Wanted>> {
        if list.kind() != Kind::List {
            let help = "put it in brackets, as in [{\"type\": \"ecs.c8i.2xlarge\"}]";
            return list.expected("a list of instance types", help, self.out);
        }
        let items = list.items();
        if items.is_empty() {
            let item = self.out.error(list.span(), format!("{} is empty", list.place()));
            item.help("list at least one, as in [{\"type\": \"ecs.c8i.2xlarge\"}]");
            return None;
        }
        let before = self.out.errors();
        let found: Vec<Option<Wanted>> =
            items.iter().filter_map(|item| self.item(item, keys, instances)).collect();
        let types: Vec<Wanted> = found.into_iter().flatten().collect();
        if types.is_empty() && self.out.errors() == before {
            let message = format!("{}: no type of it can have an instance", list.place());
            self.out.error(list.span(), message).help("every `capacity` is 0: raise one, or leave it out");
        }
        (!types.is_empty()).then_some(types)
    }

    /// One item; `Some(None)` if it can have no instance.
    fn item(
        &mut self,
        item: &Value<'a>,
        keys: &mut Keys<'a>,
        instances: Option<u32>,
    ) -> Option<Option<Wanted>> {
        if item.kind() == Kind::Text {
            let instance_type = self.type_name(item)?;
            return Some(Some(Wanted { instance_type, bid: None, cap: None, origin: self.origin(item) }));
        }
        if item.kind() != Kind::Object {
            let help = "write it as in {\"type\": \"ecs.c8i.2xlarge\"}";
            return item.expected("an instance type", help, self.out);
        }
        let (mut named, mut limit, mut capacity) = (None, None, None);
        let mut missing = true;
        for member in item.members(self.out) {
            match member.key.as_str() {
                "type" => {
                    missing = false;
                    named = self.type_name(&member.value).map(|name| (name, member.value.span()));
                }
                "spot_price_limit" => limit = Some(member.value),
                "capacity" => capacity = Some(member.value).filter(|value| value.kind() != Kind::Null),
                _ => {
                    keys.unknown(&member.value, &member.key, member.span, &INSTANCE_KEYS, self.out);
                }
            }
        }
        if missing {
            let finding = self.out.error(item.span(), format!("{}: `type` is missing", item.place()));
            finding.label("in here").help("add \"type\": \"ecs.c8i.2xlarge\"");
        }
        let bid = limit.map(|value| self.bid(&value));
        let cap = capacity.map(|value| (self.capacity(&value, instances), value));
        let (instance_type, span) = named?;
        let origin = Origin { span, ..self.origin(item) };
        let bid = match bid {
            Some(bid) => bid?,
            None => None,
        };
        let cap = match cap {
            Some((None, _)) => return None,
            Some((Some(0), value)) => {
                let message = format!("{}: this type can have no instance, and is left out", value.place());
                self.out.warning(value.span(), message).label(format!("0 of {}", instances.unwrap_or(0)));
                return Some(None);
            }
            Some((cap, _)) => cap,
            None => None,
        };
        Some(Some(Wanted { instance_type, bid, cap, origin }))
    }

    fn type_name(&mut self, value: &Value) -> Option<String> {
        let name = value.string().map(|name| name.trim().to_owned());
        match name.filter(|name| !name.is_empty() && !name.contains(['\n', '\r', '\t'])) {
            Some(name) => Some(name),
            None => value.expected("an instance type", "write it as in \"ecs.c8i.2xlarge\"", self.out),
        }
    }

    /// E24: present is spot, absent is standard. `Some(None)` is null, as good as absent.
    fn bid(&mut self, value: &Value) -> Option<Option<Bid>> {
        let written = match value.kind() {
            Kind::Number => value.written().to_owned(),
            Kind::Text => value.string().unwrap_or_default().trim().to_owned(),
            Kind::Null => {
                let message = format!("{} is null: taken as absent", value.place());
                let item = self.out.warning(value.span(), message);
                item.label("a standard instance (E24)").help("write a price to rent it as spot");
                return Some(None);
            }
            Kind::Object | Kind::List | Kind::Boolean => {
                return value.expected("a price per hour", "write it as in 1.5", self.out);
            }
        };
        let Ok(price) = parse_nano(&written).map_err(|error| self.no_price(value, error)) else {
            return None;
        };
        if price.rounded {
            let item = self.out.error(value.span(), format!("{}: too many decimals", value.place()));
            item.help("a price has at most nine decimals");
            return None;
        }
        if price.value <= 0 {
            let below = if price.value == 0 { "a bid of 0 wins nothing" } else { "a bid cannot be negative" };
            let item = self.out.error(value.span(), format!("{}: {below}", value.place()));
            item.help("write the highest price per hour, or leave `spot_price_limit` out for a standard instance (E24)");
            return None;
        }
        let hourly = price.value.checked_mul(self.options.bid_unit.per_hour());
        let Some(hourly) = hourly.filter(|nano| *nano <= HIGHEST_PRICE.as_nano()) else {
            let item = self.out.error(value.span(), format!("{}: too large", value.place()));
            item.help("prices are at most a million an hour");
            return None;
        };
        if value.kind() == Kind::Text {
            let item = self.out.warning(value.span(), format!("{}: a number in quotes", value.place()));
            item.help(format!("EAS takes {written} without quotes; it is read as that"));
        }
        let is_plain = hourly == price.value && UnitPrice::parse(&written).is_ok();
        let scenario = if is_plain { written.clone() } else { UnitPrice::from_nano(hourly).to_string() };
        Some(Some(Bid { written: scenario, original: written, span: value.span() }))
    }

    fn no_price(&mut self, value: &Value, error: NumberError) {
        let item = self.out.error(value.span(), format!("{}: not a price", value.place()));
        match error {
            NumberError::NotANumber => item.help("write digits with a point, as in 1.5"),
            NumberError::TooLarge => item.help("prices are at most a million an hour"),
        };
    }

    /// How many instances a type may have: a number, or a share of all.
    fn capacity(&mut self, value: &Value, instances: Option<u32>) -> Option<u32> {
        let text = value.string();
        let Some(share) = text.as_deref().and_then(|text| text.trim().strip_suffix('%')) else {
            return self.count(value, 0, "a type cannot have fewer than none");
        };
        // A share with at most seven decimals, in units of 10⁻⁹ of all instances.
        let share = parse_nano(share).ok().filter(|share| !share.rounded);
        let share = share.filter(|share| (0..=100_000_000_000).contains(&share.value));
        let Some(share) = share else {
            return value.expected("a share from 0% to 100%", "write it as in \"20%\"", self.out);
        };
        let all = i128::from(instances?);
        let count = all * i128::from(share.value) / 100_000_000_000;
        u32::try_from(count).ok()
    }
}

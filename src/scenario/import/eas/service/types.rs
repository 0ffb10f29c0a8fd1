//! The ordered list of instance types, with their bids and capacities (E19, E24).

use super::{Bid, Count, Origin, Reader, Wanted, first_character};
use crate::scenario::import::eas::json::{Kind, Value};
use crate::scenario::import::eas::keys::{INSTANCE_KEYS, KeyKind, Keys};
use crate::scenario::import::number::{NumberError, parse_nano};
use crate::scenario::values::{Field, HIGHEST_PRICE};
use crate::units::UnitPrice;

const NO_BID: &str =
    "write the highest price per hour, or leave `spot_price_limit` out for a standard instance (E24)";
const GROUP: &str = "machines of a dedicated group bill from their purchase, used or not (E26); only the listed types are rented here";

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
        let group = keys.get("metadata.resource").filter(|value| value.written() != "\"\"").cloned();
        if let (Some(_), Some(group)) = (list.as_ref().or(single.as_ref()), &group) {
            let item = self.out.warning(group.span(), format!("{} is not modelled", group.place()));
            item.label("may change the bill").help(GROUP);
            keys.note(group, KeyKind::Unmodelled, GROUP);
        }
        match (list, single) {
            (Some(list), _) => self.list(&list, keys, count.map(|count| count.instances)),
            (None, Some(single)) => {
                let instance_type = self.type_name(&single)?;
                let origin = self.origin(&single);
                Some(vec![Wanted { instance_type, bid: None, cap: None, origin }])
            }
            (None, None) => {
                self.no_types(group.as_ref(), service);
                None
            }
        }
    }

    /// Why there is nothing to rent.
    fn no_types(&mut self, group: Option<&Value>, service: &Value) {
        let example = "\"cloud\": {\"computing\": {\"instances\": [{\"type\": \"ecs.c8i.2xlarge\"}]}}";
        let Some(group) = group else {
            let item = self.out.error(first_character(service), "the service names no instance type");
            item.label("`cloud.computing.instances` is missing").help(format!("add {example}"));
            return;
        };
        let message = "the service runs in a dedicated group: there is nothing to rent";
        let item = self.out.error(group.span(), message);
        item.label("its machines bill from their purchase, used or not (E26)");
        item.help(format!("to ask what public resources would cost, add {example}"));
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
        let types: Vec<Wanted> = items.iter().filter_map(|item| self.item(item, keys, instances)).collect();
        if types.is_empty() && self.out.errors() == before {
            let message = format!("{}: no type of it can have an instance", list.place());
            self.out.error(list.span(), message).help("every `capacity` is 0: raise one, or leave it out");
        }
        (!types.is_empty()).then_some(types)
    }

    /// One item; nothing if it is wrong, which is recorded, or can have no instance.
    fn item(&mut self, item: &Value<'a>, keys: &mut Keys<'a>, instances: Option<u32>) -> Option<Wanted> {
        if item.kind() == Kind::Text {
            let instance_type = self.type_name(item)?;
            return Some(Wanted { instance_type, bid: None, cap: None, origin: self.origin(item) });
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
        let bid = limit.map_or(Field::Absent, |value| self.bid(&value));
        let cap = capacity.map(|value| (self.capacity(&value, instances), value));
        let (instance_type, span) = named?;
        let origin = Origin { span, ..self.origin(item) };
        let bid = match bid {
            Field::Absent => None,
            Field::Bad => return None,
            Field::Good(bid, _) => Some(bid),
        };
        let cap = match cap {
            None => None,
            Some((Some(0), value)) => {
                let message = format!("{}: this type can have no instance, and is left out", value.place());
                self.out.warning(value.span(), message).label(format!("0 of {}", instances.unwrap_or(0)));
                return None;
            }
            Some((cap, _)) => Some(cap?),
        };
        Some(Wanted { instance_type, bid, cap, origin })
    }

    fn type_name(&mut self, value: &Value) -> Option<String> {
        let name = value.string().map(|name| name.trim().to_owned());
        match name.filter(|name| !name.is_empty() && !name.contains(['/', '\n', '\r', '\t'])) {
            Some(name) => Some(name),
            None => value.expected("an instance type", "write it as in \"ecs.c8i.2xlarge\"", self.out),
        }
    }

    /// E24: present is spot, absent is standard; null is as good as absent.
    fn bid(&mut self, value: &Value) -> Field<Bid> {
        let written = match value.kind() {
            Kind::Number => value.written().to_owned(),
            Kind::Text => value.string().unwrap_or_default().trim().to_owned(),
            Kind::Null => {
                let message = format!("{} is null: taken as absent", value.place());
                let item = self.out.warning(value.span(), message);
                item.label("a standard instance (E24)").help("write a price to rent it as spot");
                return Field::Absent;
            }
            Kind::Object | Kind::List | Kind::Boolean => {
                value.expected::<()>("a price per hour", "write it as in 1.5", self.out);
                return Field::Bad;
            }
        };
        let Some(nano) = self.price(value, &written) else { return Field::Bad };
        let hourly = nano.checked_mul(self.options.bid_unit.per_hour());
        let Some(hourly) = hourly.filter(|nano| *nano <= HIGHEST_PRICE.as_nano()) else {
            let item = self.out.error(value.span(), format!("{}: too large", value.place()));
            item.help("prices are at most a million an hour");
            return Field::Bad;
        };
        if value.kind() == Kind::Text {
            let item = self.out.warning(value.span(), format!("{}: a number in quotes", value.place()));
            item.help(format!("EAS takes {written} without quotes; it is read as that"));
        }
        // Digits stay as they are written, unless they have an exponent or are per minute.
        let stays = hourly == nano && UnitPrice::parse(&written).is_ok();
        let hourly = if stays { written.clone() } else { UnitPrice::from_nano(hourly).to_string() };
        Field::Good(Bid { written: hourly, original: written, span: value.span() }, value.span())
    }

    /// A price above 0 in units of 10⁻⁹, exactly.
    fn price(&mut self, value: &Value, written: &str) -> Option<i64> {
        let (message, help) = match parse_nano(written) {
            Ok(price) if price.rounded => ("too many decimals", "a price has at most nine decimals"),
            Ok(price) if price.value > 0 => return Some(price.value),
            Ok(price) => (
                if price.value == 0 { "a bid of 0 wins nothing" } else { "a bid cannot be negative" },
                NO_BID,
            ),
            Err(NumberError::NotANumber) => ("not a price", "write digits with a point, as in 1.5"),
            Err(NumberError::TooLarge) => ("too large", "prices are at most a million an hour"),
        };
        self.out.error(value.span(), format!("{}: {message}", value.place())).help(help);
        None
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

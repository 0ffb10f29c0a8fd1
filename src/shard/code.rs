//! Values as bytes, and back: integers take as many bytes as they need, seven bits in each, the lowest first; negative
//! ones are folded between the others.

use crate::units::{Money, SimSpan, SimTime};

/// Bytes that nothing wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonsense;

/// What can be written and read back the same.
pub(super) trait Code: Sized {
    /// Appends the value.
    fn encode(&self, out: &mut Vec<u8>);
    /// Takes a value from the front.
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense>;
}

/// A struct as its fields in the order given. One that is left out does not compile.
macro_rules! code_fields {
    ($of:ty { $($field:ident),+ $(,)? }) => {
        impl Code for $of {
            fn encode(&self, out: &mut Vec<u8>) {
                let Self { $($field),+ } = self;
                $($field.encode(out);)+
            }
            fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
                Ok(Self { $($field: Code::decode(from)?),+ })
            }
        }
    };
}
pub(super) use code_fields;

/// A value as another type that stands for it.
macro_rules! code_as {
    ($of:ty, $as:ty, $to:expr, $from:expr) => {
        impl Code for $of {
            fn encode(&self, out: &mut Vec<u8>) {
                let to: fn(&$of) -> $as = $to;
                to(self).encode(out);
            }
            fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
                let back: fn($as) -> Result<$of, Nonsense> = $from;
                back(Code::decode(from)?)
            }
        }
    };
}
pub(super) use code_as;

/// Likewise, where most values are nothing at all: those take one byte.
macro_rules! code_sparse {
    ($of:ty { $($field:ident),+ $(,)? }) => {
        impl Code for $of {
            fn encode(&self, out: &mut Vec<u8>) {
                let is_something = *self != Self::default();
                is_something.encode(out);
                if is_something {
                    let Self { $($field),+ } = self;
                    $($field.encode(out);)+
                }
            }
            fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
                if bool::decode(from)? {
                    Ok(Self { $($field: Code::decode(from)?),+ })
                } else {
                    Ok(Self::default())
                }
            }
        }
    };
}
pub(super) use code_sparse;

/// A plain value as its place in a table of all there are.
macro_rules! code_place {
    ($of:ty, $all:expr) => {
        impl Code for $of {
            fn encode(&self, out: &mut Vec<u8>) {
                let place = $all.iter().position(|known| known == self);
                (place.expect("the table has every value") as u64).encode(out);
            }
            fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
                let place = usize::try_from(u64::decode(from)?).ok();
                place.and_then(|place| $all.get(place)).copied().ok_or(Nonsense)
            }
        }
    };
}
pub(super) use code_place;

const MORE: u8 = 0x80;

impl Code for u128 {
    fn encode(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= u128::from(MORE) {
            out.push(rest as u8 | MORE);
            rest >>= 7;
        }
        out.push(rest as u8);
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        let mut value = 0_u128;
        for shift in (0..Self::BITS).step_by(7) {
            let (first, rest) = from.split_first().ok_or(Nonsense)?;
            *from = rest;
            let bits = Self::from(first & !MORE);
            if (bits << shift) >> shift != bits {
                return Err(Nonsense);
            }
            value |= bits << shift;
            if first & MORE == 0 {
                return Ok(value);
            }
        }
        Err(Nonsense)
    }
}

code_as!(u64, u128, |value| u128::from(*value), |wide| u64::try_from(wide).map_err(|_| Nonsense));
code_as!(u32, u128, |value| u128::from(*value), |wide| u32::try_from(wide).map_err(|_| Nonsense));
code_as!(bool, u128, |value| u128::from(*value), |wide| match wide {
    0 => Ok(false),
    1 => Ok(true),
    _ => Err(Nonsense),
});
code_as!(i128, u128, |value| ((*value << 1) ^ (*value >> 127)) as u128, |folded| {
    Ok((folded >> 1) as i128 ^ -((folded & 1) as i128))
});
code_as!(i64, i128, |value| i128::from(*value), |wide| i64::try_from(wide).map_err(|_| Nonsense));
code_as!(Money, i128, |amount| amount.as_pico(), |pico| Ok(Money::from_pico(pico)));
code_as!(SimTime, i64, |at| at.as_ms(), |ms| Ok(SimTime::from_ms(ms)));
code_as!(SimSpan, i64, |span| span.as_ms(), |ms| Ok(SimSpan::from_ms(ms)));

/// All 64 bits: a float comes back with the same bits.
impl Code for f64 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.to_bits().to_le_bytes());
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        let (bytes, rest) = from.split_first_chunk().ok_or(Nonsense)?;
        *from = rest;
        Ok(Self::from_bits(u64::from_le_bytes(*bytes)))
    }
}

impl<T: Code> Code for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.is_some().encode(out);
        if let Some(value) = self {
            value.encode(out);
        }
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        bool::decode(from)?.then(|| T::decode(from)).transpose()
    }
}

impl<T: Code> Code for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.len() as u64).encode(out);
        for value in self {
            value.encode(out);
        }
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        let length = u64::decode(from)?;
        // Every value has a byte at least: a length that is nonsense asks for no memory.
        if length > from.len() as u64 {
            return Err(Nonsense);
        }
        (0..length).map(|_| T::decode(from)).collect()
    }
}

impl<T: Code + Copy + Default, const N: usize> Code for [T; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        for value in self {
            value.encode(out);
        }
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        let mut all = [T::default(); N];
        for value in &mut all {
            *value = T::decode(from)?;
        }
        Ok(all)
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        Ok((A::decode(from)?, B::decode(from)?))
    }
}

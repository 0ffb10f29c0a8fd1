//! Loops over many numbers, compiled for the widest vectors that the machine at hand has.
//!
//! The loops are elementwise and made of + − × ÷ √ and integer operations, each of which has one result by IEEE 754; the
//! compiler neither fuses nor reorders them. So the width is a matter of speed, never of bits; tests hold both against
//! each other.

/// Runs a loop compiled for AVX2 where the processor has it, else for plain x86-64 (or whatever else the target is). What
/// the loop calls must be inlined into it, or stays as it was compiled before.
#[inline]
pub(super) fn widest<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

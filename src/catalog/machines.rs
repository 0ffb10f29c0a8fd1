//! How a provider rents out machines: what is metered how, when a spot instance is acquired and taken back, and what is
//! free. A market follows one set of rules; which one is data (`scenarios/catalogs`, or a scenario's own `providers`).

use super::book::Source;
use crate::billing::Metering;
use crate::units::SimSpan;

/// The rules of a provider of machines. The default is the literal reading of the documents behind the rulebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineRules {
    /// standard instances; by the minute, started ones whole.
    pub standard_metering: Metering,
    /// spot instances; by the second, started ones whole.
    pub spot_metering: Metering,
    /// system disks; by the minute, started ones whole.
    pub disk_metering: Metering,
    /// E16: whether a protection period is sold at all. Where it is not, spot has one price series, the unprotected one.
    pub offers_protection: bool,
    /// E16: length of the protection period; one hour.
    pub protection_period: SimSpan,
    /// the price in the protection period is locked, or the market's.
    pub protected_price: ProtectedPrice,
    /// Whether a spot entry may name a ceiling, or is rented at any price.
    pub takes_bids: bool,
    /// acquired when bid ≥ market, or only when bid > market.
    pub acquire_when: Acquire,
    /// released when market > bid, or already when market ≥ bid.
    pub release_when: Release,
    /// from the decision to release to the release; 0.
    pub notice: SimSpan,
    /// Where there is notice: whether a replacement is looked for at the notice or at the release.
    pub replacement: Replacement,
    /// the release conditions of an instance are looked at every so often from its acquisition, and at the end of
    /// its protection; 0 is at once. A look takes that instance or none: where units shrank, whoever is to go for them
    /// stays until its own look.
    pub check_interval: SimSpan,
    /// billing starts at Running, or when the instance is provisioned.
    pub billing_start: BillingStart,
    /// The compute of a spot instance that the provider takes back within this time of the start of its billing is free;
    /// 0 if it never is. Where a restart ends billing, what was billed before the restart stays so.
    pub free_if_reclaimed_within: SimSpan,
    /// What becomes of the disk of a spot instance that is taken back.
    pub eviction: Eviction,
    /// E3: of each instance's system disk, so much is free, in GiB.
    pub free_disk_gib: u32,
}

impl MachineRules {
    /// True where a spot instance of a plan with or without protection has a protection period.
    pub fn protects(&self, is_wanted: bool) -> bool {
        is_wanted && self.offers_protection && self.protection_period.is_positive()
    }
}

impl Default for MachineRules {
    fn default() -> Self {
        Self {
            standard_metering: Metering::started(SimSpan::MINUTE),
            spot_metering: Metering::started(SimSpan::SECOND),
            disk_metering: Metering::started(SimSpan::MINUTE),
            offers_protection: true,
            protection_period: SimSpan::HOUR,
            protected_price: ProtectedPrice::Locked,
            takes_bids: true,
            acquire_when: Acquire::BidAtLeastMarket,
            release_when: Release::MarketAboveBid,
            notice: SimSpan::ZERO,
            replacement: Replacement::AtRelease,
            check_interval: SimSpan::ZERO,
            billing_start: BillingStart::Running,
            free_if_reclaimed_within: SimSpan::ZERO,
            eviction: Eviction::Delete,
            free_disk_gib: 30,
        }
    }
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectedPrice {
    /// The price at acquisition for the whole protection period.
    Locked,
    /// The market price, always.
    RealTime,
}

/// A-14, acquiring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquire {
    /// bid ≥ market (E15).
    BidAtLeastMarket,
    /// bid > market.
    BidAboveMarket,
}

/// A-14, releasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// market > bid.
    MarketAboveBid,
    /// market ≥ bid.
    MarketAtLeastBid,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillingStart {
    /// When the service reaches Running (E2).
    Running,
    /// When the instance is provisioned.
    Provisioned,
}

/// When a replica whose instance is on notice looks for another one. The old instance is billed to its end either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// When the instance is gone.
    AtRelease,
    /// When notice is given: the new instance may start while the old one still serves, and both are billed.
    AtNotice,
}

/// What becomes of the disk of a spot instance that is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// It goes with the instance.
    Delete,
    /// The machine is kept without its compute: its disk bills on until its replica has another instance, or is stopped,
    /// updated, scaled in or deleted.
    Deallocate,
}

/// The rules of one provider, with where they were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineProfile {
    /// Unique name, as a scenario writes it.
    pub name: String,
    /// In words.
    pub title: String,
    /// Whose it is: `alibaba`, `aws`, `azure`, `google`; may be empty.
    pub provider: String,
    /// What is to be known about it; may be empty.
    pub note: String,
    /// Where each figure was seen: what it is about, and the page.
    pub sources: Vec<(String, Source)>,
    /// The rules.
    pub rules: MachineRules,
}

/// The profiles that are part of the program: name of the file, text.
pub const MACHINE_PROFILES: [(&str, &str); 5] = [
    ("scenarios/catalogs/alibaba-eas.ron", include_str!("../../scenarios/catalogs/alibaba-eas.ron")),
    ("scenarios/catalogs/alibaba-ecs.ron", include_str!("../../scenarios/catalogs/alibaba-ecs.ron")),
    ("scenarios/catalogs/aws-ec2.ron", include_str!("../../scenarios/catalogs/aws-ec2.ron")),
    ("scenarios/catalogs/azure-vm.ron", include_str!("../../scenarios/catalogs/azure-vm.ron")),
    ("scenarios/catalogs/google-compute.ron", include_str!("../../scenarios/catalogs/google-compute.ron")),
];

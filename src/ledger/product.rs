//! What bills call Product Name, and how the console groups it.

/// What a bill calls Product Name: debits are rounded, and the impact of arrears is judged, by product (B16, A-20).
///
/// ```
/// use deploysim::ledger::{Category, Product};
/// assert_eq!(Product::Inference.category(), Category::Inference);
/// // Awkward: batch inference is billed by the hour like training, but the console groups it with inference; web search
/// // is invoiced apart from it (B32).
/// assert_eq!(Product::Batch.category(), Category::Inference);
/// assert_eq!(Product::WebSearch.category(), Category::Other);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Product {
    /// Tokens of public models, overflow of provisioned throughput included.
    Inference,
    /// Deployments: by time, in advance, and by tokens.
    Deployment,
    /// Batch inference.
    Batch,
    /// Training.
    Training,
    /// Knowledge bases.
    KnowledgeBase,
    /// Web searches of calls (B32).
    WebSearch,
    /// Rented machines and their disks.
    Machines,
    /// Messages about alerts and events (M3, B21).
    Notifications,
    /// Plans that are bought in advance: resource packages, savings plans, Coding Plan, Token Plan.
    Plans,
    /// Anything else that a scenario writes into the bill.
    Other,
    /// Jobs and services of a development platform: workflows, notebooks, training, real-time and batch services, pools.
    Development,
    /// Storage: volumes and objects (H2, H3).
    Storage,
}

/// How the console groups spending (S2: model deployment, inference, and training).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Category {
    /// Calls.
    Inference,
    /// Deployments.
    Deployment,
    /// Training.
    Training,
    /// What the console of the model platform does not group.
    Other,
}

impl Product {
    /// All of them, in the order of debits at a settlement.
    pub const ALL: [Self; 12] = [
        Self::Inference,
        Self::Deployment,
        Self::Batch,
        Self::Training,
        Self::KnowledgeBase,
        Self::WebSearch,
        Self::Machines,
        Self::Notifications,
        Self::Plans,
        Self::Other,
        Self::Development,
        Self::Storage,
    ];

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// As our bills write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inference => "Model inference",
            Self::Deployment => "Model deployment",
            Self::Batch => "Batch inference",
            Self::Training => "Model training",
            Self::KnowledgeBase => "Knowledge base",
            Self::WebSearch => "Web search",
            Self::Machines => "Elastic machines",
            Self::Notifications => "Notifications",
            Self::Plans => "Plans",
            Self::Other => "Other",
            Self::Development => "Development platform",
            Self::Storage => "Storage",
        }
    }

    /// How the console groups it.
    pub const fn category(self) -> Category {
        match self {
            Self::Inference | Self::Batch => Category::Inference,
            Self::Deployment => Category::Deployment,
            Self::Training => Category::Training,
            Self::KnowledgeBase
            | Self::WebSearch
            | Self::Machines
            | Self::Notifications
            | Self::Plans
            | Self::Other
            | Self::Development
            | Self::Storage => Category::Other,
        }
    }
}

impl Category {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Inference, Self::Deployment, Self::Training, Self::Other];

    /// As the console writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inference => "Inference",
            Self::Deployment => "Deployment",
            Self::Training => "Training",
            Self::Other => "Other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_know_their_places() {
        for (index, product) in Product::ALL.into_iter().enumerate() {
            assert_eq!(product.index(), index);
        }
    }
}

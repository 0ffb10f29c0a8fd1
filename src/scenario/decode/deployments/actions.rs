//! What the tenant does with a deployment, as written.

use super::units::MOST_REPLICAS;
use super::{MOST_TOKENS, every};
use crate::scenario::context::Context;
use crate::scenario::deployment::DeploymentAction;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Node, Variant};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{boolean, integer, optional, or, required, share_ppb};
use crate::serving::Quota;
use crate::units::{SimSpan, SimTime};

/// An action on a deployment, as written.
#[derive(Clone, Debug)]
pub(crate) struct DeploymentActionDecl {
    /// When.
    pub(crate) at: SimTime,
    /// Where the time stands.
    pub(crate) span: Span,
    /// Where what is done stands.
    pub(crate) do_span: Span,
    /// Name of the deployment and where it stands.
    pub(crate) deployment: (String, Span),
    /// What.
    pub(crate) action: DeploymentAction,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Create,
    Delete,
    Deactivate,
    Unsubscribe,
    Scale,
    Renew,
    AutoRenew,
    CapacityPack,
    Update,
}

const KINDS: [(&str, Kind); 9] = [
    ("Create", Kind::Create),
    ("Delete", Kind::Delete),
    ("Deactivate", Kind::Deactivate),
    ("Unsubscribe", Kind::Unsubscribe),
    ("Scale", Kind::Scale),
    ("Renew", Kind::Renew),
    ("AutoRenew", Kind::AutoRenew),
    ("CapacityPack", Kind::CapacityPack),
    ("Update", Kind::Update),
];
/// Longest term, in days or months.
const MOST_PERIODS: u32 = 3_650;

/// Reads `do` of an action on a deployment.
pub(crate) fn action(node: &Node, ctx: &mut Context) -> Option<DeploymentAction> {
    let (kind, variant) = node.variant("action", &KINDS, &mut ctx.out)?;
    let simple = match kind {
        Kind::Create => DeploymentAction::Create,
        Kind::Delete => DeploymentAction::Delete,
        Kind::Deactivate => DeploymentAction::Deactivate,
        Kind::Unsubscribe => DeploymentAction::Unsubscribe,
        Kind::Scale => return scale(&variant, ctx),
        Kind::Renew => {
            let periods = variant.single("Renew(7)", &mut ctx.out)?;
            return integer(&periods, 1, MOST_PERIODS, ctx)
                .map(|periods| DeploymentAction::Renew { periods });
        }
        Kind::AutoRenew => {
            let value = variant.single("AutoRenew(7), or AutoRenew(false)", &mut ctx.out)?;
            if value.shape() == Shape::Boolean {
                if boolean(&value, ctx)? {
                    let item = ctx.out.error(value.span(), "AutoRenew: for how long?");
                    item.help("write the days or months of each renewal, as in AutoRenew(7)");
                    return None;
                }
                return Some(DeploymentAction::AutoRenew(None));
            }
            return integer(&value, 1, MOST_PERIODS, ctx)
                .map(|periods| DeploymentAction::AutoRenew(Some(periods)));
        }
        Kind::CapacityPack => return capacity_pack(&variant, ctx),
        Kind::Update => return update(&variant, ctx),
    };
    variant.bare(&mut ctx.out)?;
    Some(simple)
}

fn tpm(node: &Node, ctx: &mut Context) -> Option<u64> {
    integer(node, 0, MOST_TOKENS, ctx).map(u64::from)
}

fn scale(variant: &Variant, ctx: &mut Context) -> Option<DeploymentAction> {
    let known = ["replicas", "fails", "input_tpm", "output_tpm", "thinking_output_tpm"];
    if variant.body.shape() == Shape::Tuple {
        let count = variant.single("Scale(3)", &mut ctx.out)?;
        return integer(&count, 1, MOST_REPLICAS, ctx)
            .map(|replicas| DeploymentAction::ScaleReplicas { replicas, fails: false });
    }
    let fields = variant.fields(&known, &mut ctx.out)?;
    let fails = or(&fields, "fails", false, ctx, boolean);
    if let Some(node) = fields.get("replicas") {
        let replicas = integer(node, 1, MOST_REPLICAS, ctx)?;
        return Some(DeploymentAction::ScaleReplicas { replicas, fails });
    }
    let input_tpm = required(&fields, "input_tpm", "100000", ctx, tpm);
    let output_tpm = required(&fields, "output_tpm", "20000", ctx, tpm);
    let thinking_output_tpm = optional(&fields, "thinking_output_tpm", ctx, tpm).good().copied();
    let quota = Quota { input_tpm: input_tpm?, output_tpm: output_tpm?, thinking_output_tpm };
    Some(DeploymentAction::ScaleQuota { quota, fails })
}

fn capacity_pack(variant: &Variant, ctx: &mut Context) -> Option<DeploymentAction> {
    let known = ["input_tpm", "output_tpm", "thinking_output_tpm", "days"];
    let fields = variant.fields(&known, &mut ctx.out)?;
    let input_tpm = or(&fields, "input_tpm", 0, ctx, tpm);
    let output_tpm = or(&fields, "output_tpm", 0, ctx, tpm);
    let thinking_output_tpm = optional(&fields, "thinking_output_tpm", ctx, tpm).good().copied();
    let days = required(&fields, "days", "7", ctx, |node, ctx| integer(node, 1, MOST_PERIODS, ctx));
    let quota = Quota { input_tpm, output_tpm, thinking_output_tpm };
    Some(DeploymentAction::CapacityPack { quota, days: days? })
}

fn update(variant: &Variant, ctx: &mut Context) -> Option<DeploymentAction> {
    if variant.is_bare() {
        return Some(DeploymentAction::Update {
            step_per_mille: 1_000,
            step_time: SimSpan::ZERO,
            fails_at: None,
        });
    }
    let fields = variant.fields(&["step", "step_time", "fails_at"], &mut ctx.out)?;
    let step = required(&fields, "step", "\"25%\"", ctx, |node, ctx| {
        let written = node.scalar("a share, as in \"25%\"", &mut ctx.out)?;
        match share_ppb(&written) {
            Ok(ppb) if (1_000_000..=1_000_000_000).contains(&ppb) => u32::try_from(ppb / 1_000_000).ok(),
            Ok(_) | Err(_) => {
                let item = ctx.out.error(node.span(), format!("{}: not a share", node.place()));
                item.help("write a share from \"0.1%\" to \"100%\"");
                None
            }
        }
    });
    let step_time = required(&fields, "step_time", "\"10m\"", ctx, every);
    let fails_at =
        optional(&fields, "fails_at", ctx, |node, ctx| integer(node, 0, 1_000, ctx)).good().copied();
    Some(DeploymentAction::Update { step_per_mille: step?, step_time: step_time?, fails_at })
}

//! Providers of machines by name: those of the program, of a file, and of the scenario itself. One decoder reads all three.

use super::machines::{RULE_FIELDS, rules};
use crate::catalog::{MACHINE_PROFILES, MachineProfile, MachineRules, Source};
use crate::scenario::context::Context;
use crate::scenario::diagnostics::{DataPlace, Diagnostic, Report, Span};
use crate::scenario::document::{Fields, Node};
use crate::scenario::suggest;
use crate::scenario::values::{items, name, or, required, text};
use std::sync::LazyLock;

/// Fields of a provider beside those of its rules.
const OWN_FIELDS: [&str; 6] = ["name", "title", "provider", "note", "like", "sources"];

static EMBEDDED: LazyLock<Vec<MachineProfile>> = LazyLock::new(|| {
    let mut known = Vec::new();
    for (path, text) in MACHINE_PROFILES {
        match parse(path, text, &known) {
            Ok(profile) => known.push(profile),
            Err(report) => panic!("the built-in provider: {}", report.render(false)),
        }
    }
    known
});

/// The providers that are part of the program, in the order they are listed; the first is the default.
pub fn embedded() -> &'static [MachineProfile] {
    &EMBEDDED
}

/// Reads the text of a provider's file; `shown_path` is its name in messages, `known` are those it may be `like`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(shown_path: &str, text: &str, known: &[MachineProfile]) -> Result<MachineProfile, Report> {
    let mut ctx = Context::empty();
    let text = format!("{}\n", text.strip_prefix('\u{feff}').unwrap_or(text));
    let profile = Node::document(&text, &mut ctx.out)
        .and_then(|node| provider(&node, known, &mut ctx))
        .map(|(one, _)| one);
    match profile {
        Some(profile) if !ctx.out.has_errors() => Ok(profile),
        Some(_) | None => Err(ctx.out.into_report(shown_path, &text)),
    }
}

/// Reads `providers`.
pub(crate) fn providers(node: &Node, ctx: &mut Context) -> Option<()> {
    items(node, "providers", ctx, |item, ctx| {
        let known: Vec<MachineProfile> = ctx.providers.items.iter().chain(embedded()).cloned().collect();
        match provider(item, &known, ctx) {
            Some((profile, span)) => {
                let name = profile.name.clone();
                ctx.providers.declare("provider", name, span, profile, &mut ctx.out);
            }
            None => ctx.providers.complete = false,
        }
        Some(())
    })
    .map(|_| ())
}

fn provider(node: &Node, known: &[MachineProfile], ctx: &mut Context) -> Option<(MachineProfile, Span)> {
    let fields: Vec<&str> = OWN_FIELDS.into_iter().chain(RULE_FIELDS).collect();
    let fields = node.fields("a provider", &fields, &mut ctx.out)?;
    let named = required(&fields, "name", "\"my-cloud\"", ctx, name);
    let base = fields.get("like").map(|node| like(node, known, ctx));
    let base = match base {
        Some(found) => found?,
        None => MachineRules::default(),
    };
    let mut texts = |field: &str| or(&fields, field, String::new(), ctx, text);
    let (title, owner, note) = (texts("title"), texts("provider"), texts("note"));
    let sources = or(&fields, "sources", Vec::new(), ctx, |node, ctx| items(node, "sources", ctx, source));
    let rules = rules(&fields, base, ctx);
    let at = fields.get("name").map_or(node.span(), Node::span);
    Some((MachineProfile { name: named?, title, provider: owner, note, sources, rules }, at))
}

fn like(node: &Node, known: &[MachineProfile], ctx: &mut Context) -> Option<MachineRules> {
    let written = text(node, ctx)?;
    if let Some(profile) = known.iter().find(|profile| profile.name == written) {
        return Some(profile.rules);
    }
    let item = ctx.out.error(node.span(), format!("{}: there is no provider \"{written}\"", node.place()));
    item.label("unknown provider");
    let names: Vec<&str> = known.iter().map(|profile| profile.name.as_str()).collect();
    suggest::name(item, &written, &names, "the providers are");
    None
}

fn source(node: &Node, ctx: &mut Context) -> Option<(String, Source)> {
    let fields = node.fields("a source", &["what", "page", "url", "seen", "note"], &mut ctx.out)?;
    let what = required(&fields, "what", "\"notice\"", ctx, text);
    let page = required(&fields, "page", "\"Spot instances\"", ctx, text);
    let url = required(&fields, "url", "\"https://…\"", ctx, text);
    let seen = required(&fields, "seen", "\"2026-06\"", ctx, text);
    let note = or(&fields, "note", String::new(), ctx, text);
    Some((what?, Source { page: page?, url: url?, seen: seen?, note }))
}

/// The provider that a field names: of the scenario, of the program, or of a file.
pub(crate) fn provider_of(fields: &Fields, ctx: &mut Context) -> Option<MachineProfile> {
    let node = fields.get("provider")?;
    let written = text(node, ctx)?;
    let known = ctx.providers.items.iter().chain(embedded());
    if let Some(profile) = known.clone().find(|profile| profile.name == written) {
        return Some(profile.clone());
    }
    let is_path = written.contains(['/', '\\']) || written.to_lowercase().ends_with(".ron");
    if is_path {
        return from_file(&written, node.span(), ctx);
    }
    if !ctx.providers.complete {
        return None;
    }
    let names: Vec<String> = known.map(|profile| profile.name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let item = ctx.out.error(node.span(), format!("{}: there is no provider \"{written}\"", node.place()));
    item.label("unknown provider");
    suggest::name(item, &written, &names, "the providers are");
    item.help(
        "a file is named by its path, as in \"./my-cloud.ron\"; `providers: [(name: …)]` defines one here",
    );
    None
}

/// A provider's own file; what is wrong with it is shown there.
fn from_file(written: &str, span: Span, ctx: &mut Context) -> Option<MachineProfile> {
    let (shown, bytes) = ctx.data.find(written, span, &mut ctx.out)?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        let item = ctx.out.error(span, format!("{shown} is not UTF-8 text"));
        item.help("save the file as UTF-8");
        return None;
    };
    match parse(&shown, text, embedded()) {
        Ok(profile) => Some(profile),
        Err(report) => {
            for finding in &report.diagnostics {
                ctx.out.push(of_file(&report, finding, span));
            }
            None
        }
    }
}

/// A finding of another file, as one of the scenario that names it.
fn of_file(report: &Report, finding: &Diagnostic, named_at: Span) -> Diagnostic {
    let mut item = Diagnostic::new(finding.severity, Some(named_at), finding.message.clone());
    if let Some(span) = finding.span {
        let (line, column) = report.line_column(span);
        let text = report.text.lines().nth(line - 1).unwrap_or_default().to_owned();
        let marked = report.text.get(span.start..span.end).unwrap_or_default();
        let width = marked.lines().next().unwrap_or_default().chars().count();
        item.data(DataPlace { file: report.file.clone(), line, column, text, width });
    }
    item.label(finding.label.as_str());
    for help in &finding.help {
        item.help(help.as_str());
    }
    item
}

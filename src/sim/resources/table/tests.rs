//! The phase × action grid as a table of text: what is accepted, what is refused and why, and what bills where.

use super::*;
use std::fmt::Write as _;

/// A letter per answer: the next phase (`A`ctive, `S`topped, `D`eleted), or a refusal in lower case.
fn letter(answer: Result<ResourcePhase, ResourceRefusal>) -> char {
    match answer {
        Ok(ResourcePhase::Active) => 'A',
        Ok(ResourcePhase::Stopped) => 'S',
        Ok(ResourcePhase::Deleted) => 'D',
        Ok(ResourcePhase::Absent | ResourcePhase::Finished | ResourcePhase::Suspended) => '?',
        Err(ResourceRefusal::AlreadyThere) => 't',
        Err(ResourceRefusal::NotThere) => 'n',
        Err(ResourceRefusal::AlreadyRunning) => 'r',
        Err(ResourceRefusal::NotRunning) => 'i',
        Err(ResourceRefusal::NothingToStop) => 'x',
        Err(ResourceRefusal::RunsOnce) => 'o',
        Err(ResourceRefusal::StopFirst) => 's',
        Err(ResourceRefusal::InUse) => 'u',
        Err(ResourceRefusal::KeepsNoData) => 'k',
        Err(ResourceRefusal::Frozen) => 'f',
        Err(ResourceRefusal::NoPool) => 'p',
    }
}

const ACTIONS: [ResourceAction; 5] = [
    ResourceAction::Create,
    ResourceAction::Start,
    ResourceAction::Stop,
    ResourceAction::Delete,
    ResourceAction::Store(20),
];

fn grid(in_use: bool, settings: &Settings) -> String {
    let mut text = String::new();
    for tag in ResourceTag::ALL {
        let _ = write!(text, "{:<18}", tag.name());
        for phase in ResourcePhase::ALL {
            let answers = ACTIONS.map(|action| letter(next(tag, phase, action, in_use, settings)));
            text.push(' ');
            text.extend(answers);
        }
        text.push('\n');
    }
    text
}

/// Each group of five is one phase: Create, Start, Stop, Delete, Store in Absent, Active, Stopped, Finished, Suspended,
/// Deleted.
#[test]
fn every_action_has_its_answer_in_every_phase_of_every_kind() {
    let expected = "\
workflow           Annnn trSDk tAiDk tAiDk tffDf Annnn
notebook           Annnn trSsk tAiDk tAiDk tffDf Annnn
training_job       Annnn trSDk toiDk toiDk tffDf Annnn
real_time_service  Annnn trSDk tAiDk tAiDk tffDf Annnn
batch_service      Annnn trSDk tAiDk tAiDk tffDf Annnn
evs                Annnn txxDk txxDk txxDk tffDf Annnn
obs                Annnn txxDA txxDA txxDA tffDf Annnn
pool               Annnn txxDk txxDk txxDk tffDf Annnn
dedicated          Annnn txxDk txxDk txxDk tffDf Annnn
notifications      Annnn trSDk tAiDk tAiDk tffDf Annnn
other              Annnn txxDk txxDk txxDk tffDf Annnn
";
    assert_eq!(grid(false, &Settings::default()), expected);
}

#[test]
fn what_is_in_use_is_not_deleted_and_a_setting_lets_a_notebook_be() {
    let free = grid(false, &Settings::default());
    let used = grid(true, &Settings::default());
    for (free, used) in free.lines().zip(used.lines()) {
        let is_owned = free.starts_with("pool") || free.starts_with("dedicated");
        let refused = free.replace('D', "u");
        assert_eq!(
            used,
            if is_owned { refused.replacen("uedicated", "dedicated", 1) } else { free.to_owned() }
        );
    }
    let settings = Settings { notebook_delete: NotebookDelete::StopsToo, ..Settings::default() };
    assert!(grid(false, &settings).contains("notebook           Annnn trSDk"));
}

#[test]
fn what_bills_in_which_phase_and_what_ends_it() {
    let items = [
        (ResourceItem::WorkflowNode, ResourceTag::Workflow),
        (ResourceItem::Notebook, ResourceTag::Notebook),
        (ResourceItem::Evs, ResourceTag::Notebook),
        (ResourceItem::TrainingJob, ResourceTag::TrainingJob),
        (ResourceItem::RealTimeService, ResourceTag::RealTimeService),
        (ResourceItem::BatchService, ResourceTag::BatchService),
        (ResourceItem::Evs, ResourceTag::Evs),
        (ResourceItem::Obs, ResourceTag::Obs),
        (ResourceItem::Dedicated, ResourceTag::Dedicated),
        (ResourceItem::Other, ResourceTag::Other),
    ];
    let table = |settings: &Settings| -> String {
        let row = |(item, tag): &(ResourceItem, ResourceTag)| {
            let billed: String = ResourcePhase::ALL
                .into_iter()
                .map(|phase| if bills(*item, phase, settings) { '+' } else { '-' })
                .collect();
            let by = ends_by(*item, *tag, ResourcePhase::Active, settings);
            format!("{billed} {}: {} [{}]\n", item.billing_type(), by.0, by.1.join(" "))
        };
        items.iter().map(row).collect()
    };
    // Absent, Active, Stopped, Finished, Suspended, Deleted.
    let expected = "\
-++--- workflow_node: Delete [H4 A-39]
-+---- notebook_compute: Stop [H5]
-++--- evs_storage: Stop, then Delete [H6]
-+---- training_job: Stop or Delete [H7]
-+---- real_time_service: Stop or Delete [H8]
-+---- batch_service: Stop or Delete [H9]
-++--- evs_storage: Delete [H2]
-+---- obs_storage: Delete [H2 H3]
-+---- dedicated_compute: Delete, once nothing runs on them [E26]
-+---- timed_resource: Delete [A-40]
";
    assert_eq!(table(&Settings::default()), expected);
    let settings = Settings { workflow_stop: WorkflowStop::EndsBilling, ..Settings::default() };
    assert!(table(&settings).starts_with("-+---- workflow_node: Stop or Delete [H4 A-39]\n"));
}

//! `deploysim rules`: the rulebook as its readers meet it.

use crate::support::{Folder, list, text};
use serde_json::Value;

/// What the program says on stderr when it finds no such rule, with nothing on stdout.
fn refused(folder: &Folder, words: &str) -> String {
    let output = folder.run(&format!("rules {words}"));
    assert_eq!(output.status.code(), Some(2), "{words}\n{}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{words}");
    text(&output.stderr)
}

fn ids(found: &Value) -> Vec<&str> {
    list(&found["rules"]).iter().filter_map(|rule| rule["id"].as_str()).collect()
}

/// A rule with a setting, one that contradicts another, a reading without a page, one with two ids.
const IN_FULL: &str = "\
E22  The largest disk
  A system disk has at most 2000 GiB; a deployment that asks for more fails, and nothing is created or charged.
  group       Rented machines: public resources and spot (PAI-EAS)
  figures     2000 GiB
  page        \"PAI-EAS: public resources and spot instances\", Alibaba Cloud, Platform for AI (undated)
  status      clear
  changed by  disk.max_gib: 4000, say (default 2000)
  lesson      deploysim run scenarios/lessons/disk_before_running.ron --explain
  worked      w07_largest_disk

B7  The overview is about inference
  The page of costs breaks down inference only; training and knowledge bases are found among the details.
  group       Bills, control of cost, arrears (Model Studio)
  page        \"Billing and cost management\", Alibaba Cloud, Model Studio (undated),
              https://help.aliyun.com/zh/model-studio/bill-query-and-cost-management
  status      contradicts B5
  read as     B5 for totals, B7 for what can be broken down
  changed by  no setting: the statement shows both
  lesson      deploysim run scenarios/lessons/settled_next_month.ron --explain
  worked      w112_two_keys_and_a_training

A-07  What comes first at one instant
  No page says in which order things happen that happen at once.
  group       What the pages leave open, and how it is read
  status      a choice of this program: no page says it
  read as     payments, the tenant's commands, market and stock of all types, timers, placement, calls, metering and
              bills, alerts, then one check of each account; equals by their order in the scenario. A run covers its
              horizon without the last instant
  changed by  no setting: one order, so that every answer is one answer
  lesson      deploysim run scenarios/lessons/fallback_never_returns.ron --explain
  worked      x12_one_instant, x11_units_in_scenario_order, y02_the_last_hour_is_settled_at_once

A-49 (T5)  Thinking as the model was trained
  A tuned model must be called with thinking if it was trained with it, and without if not; what happens otherwise is
  not said.
  group       What the pages leave open, and how it is read
  page        \"Model deployment\", Alibaba Cloud, Model Studio, China (Beijing) (undated, prices of autumn 2026),
              https://help.aliyun.com/zh/model-studio/model-deployment-introduction
  status      a choice of this program: no page says it
  read as     a call that does not fit is refused
  changed by  strategies[].deployments[].trained_thinking: true
  changed by  strategies[].deployments[].mismatch: Refuse | Warn (default Refuse)
  lesson      deploysim run scenarios/lessons/token_tiers.ron --explain
  worked      x62_thinking_as_trained
";

#[test]
fn rules_are_shown_in_full_by_their_ids_in_any_spelling() {
    let told = Folder::new().stdout("rules E22 b7 a-7 T5 e22");
    assert_eq!(told, IN_FULL, "{told}");
}

#[test]
fn every_rule_has_its_line_in_the_list() {
    let folder = Folder::new();
    let told = folder.stdout("rules");
    let all = folder.json("rules --format json");
    assert_eq!(ids(&all).len(), 171);
    for id in ids(&all) {
        let rows = told.lines().filter(|line| line.starts_with(&format!("│ {id} "))).count();
        assert_eq!(rows, 1, "{id} in\n{told}");
    }
    assert!(told.lines().all(|line| line.chars().count() <= 120), "{told}");
    for part in ["protected_price", "what_stops_when_the_balance_is_gone", "from \"Model deployment\""] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn json_has_everything_of_a_rule() {
    let found = Folder::new().json("rules A-13 --format json");
    let rule = &list(&found["rules"])[0];
    assert_eq!((&rule["status"], &rule["modelled"]), (&"resolved".into(), &"whole".into()));
    let setting = &list(&rule["settings"])[0];
    assert_eq!(
        (&setting["path"], &setting["default"]),
        (&"settings.protected_price".into(), &"Locked".into())
    );
    assert_eq!(list(&setting["examples"]), ["Locked", "RealTime"]);
    assert!(
        list(&rule["documents"])[0]["title"].as_str().is_some_and(|title| title.contains("public resources"))
    );
    assert_eq!(list(&rule["lessons"])[0]["name"], "protected_hour");
}

#[test]
fn a_letter_is_a_group_and_words_are_searched_together() {
    let folder = Folder::new();
    assert_eq!(ids(&folder.json("rules t --format json")), ["T1", "T2", "T3", "T4"]);
    let both = folder.json("rules Protected stock --format json");
    assert!(ids(&both).contains(&"A-44") && !ids(&both).contains(&"A-13"), "{both}");
    // One that is asked for by its id is not listed again.
    let told = folder.stdout("rules A-44 protected stock");
    assert!(told.starts_with("A-44  Stock that goes") && !told.contains("│ A-44"), "{told}");
    // What only one rule has is shown in full.
    assert!(folder.stdout("rules protected_price").starts_with("A-13  "));
}

#[test]
fn what_does_not_exist_is_answered_with_the_nearest() {
    let folder = Folder::new();
    assert!(refused(&folder, "E28").contains("there is no rule E28; did you mean E27?"));
    assert!(refused(&folder, "E16 A-50").contains("did you mean A-49?"));
    assert!(refused(&folder, "Z").contains("no rule has the letter Z"));
    assert!(refused(&folder, "protectoin").contains("did you mean `protection` for `protectoin`?"));
    assert!(refused(&folder, "qqqqqqqq").contains("lists them all"));
}

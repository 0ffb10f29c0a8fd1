//! Everything that was seen, as a file of rows.

use super::{Answer, BracketResult, FrontResult, Optimum, SelectionResult, Value, Verdict, table};

/// The rows as CSV: one per alternative, value tried or point, in the order of the grid.
///
/// # Errors
/// None but those of memory: it writes to no file.
pub fn write_csv(optimum: &Optimum) -> std::io::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let paths: Vec<String> = optimum.axes.iter().map(|axis| axis.path.clone()).collect();
    let rows = match &optimum.answer {
        Answer::Selection(selection) => of_selection(optimum, selection, paths),
        Answer::Bracket(bracket) => of_bracket(optimum, bracket, paths),
        Answer::Front(front) => of_front(optimum, front, paths),
    };
    for row in rows {
        out.write_record(&row)?;
    }
    out.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
}

fn columns(metric: &str) -> [String; 3] {
    [metric.to_owned(), format!("{metric}:low"), format!("{metric}:high")]
}

fn cells(value: Option<&Value>) -> [String; 3] {
    let Some(value) = value else { return [const { String::new() }; 3] };
    let [low, high] = value
        .ci95
        .as_ref()
        .map_or([const { String::new() }; 2], |[low, high]| [low.written(), high.written()]);
    [value.value.written(), low, high]
}

fn of_selection(optimum: &Optimum, selection: &SelectionResult, mut header: Vec<String>) -> Vec<Vec<String>> {
    header.push("strategy".to_owned());
    header.extend(columns(&optimum.objective));
    for condition in &selection.conditions {
        let name = format!("{} {}", condition.metric, condition.sign);
        header.extend(columns(&name));
        header.push(format!("{name}:verdict"));
    }
    header.extend(["batches", "decided_after", "standing", "refusal"].map(str::to_owned));
    let mut rows = vec![header];
    for one in &selection.alternatives {
        let mut row = one.values.clone();
        row.push(one.strategy.clone());
        row.extend(cells(one.objective.as_ref()));
        for index in 0..selection.conditions.len() {
            let result = one.conditions.get(index);
            row.extend(cells(result.map(|result| &result.value)));
            let verdict = result.map(|result| match result.verdict {
                Verdict::Kept => "kept",
                Verdict::Broken => "broken",
                Verdict::Open => "open",
            });
            row.push(verdict.unwrap_or_default().to_owned());
        }
        row.push(one.batches.to_string());
        row.push(one.decided_after.map_or_else(String::new, |after| after.to_string()));
        row.push(table::standing(selection, one));
        row.push(one.refusal.clone().unwrap_or_default());
        rows.push(row);
    }
    rows
}

fn of_bracket(optimum: &Optimum, bracket: &BracketResult, mut header: Vec<String>) -> Vec<Vec<String>> {
    header.push("strategy".to_owned());
    header.extend(columns(&optimum.objective));
    let mut rows = vec![header];
    for trial in &bracket.trials {
        let mut row = vec![trial.at.clone(), bracket.strategy.clone()];
        row.extend(cells(Some(&trial.value)));
        rows.push(row);
    }
    rows
}

fn of_front(optimum: &Optimum, front: &FrontResult, mut header: Vec<String>) -> Vec<Vec<String>> {
    header.push("strategy".to_owned());
    header.extend(columns(&optimum.objective));
    header.extend(columns(&front.other));
    header.extend(["is_on_front", "is_uncertain", "refusal"].map(str::to_owned));
    let mut rows = vec![header];
    for point in &front.points {
        let mut row = point.choice.values.clone();
        row.push(point.choice.strategy.clone());
        row.extend(cells(point.objective.as_ref()));
        row.extend(cells(point.other.as_ref()));
        row.extend([point.is_on_front.to_string(), point.is_uncertain.to_string()]);
        row.push(point.refusal.clone().unwrap_or_default());
        rows.push(row);
    }
    rows
}

//! What can be kept: the scenario as RON, every replication as CSV.

use super::answer::{JsonBody, file, worked_out};
use super::ask::Ask;
use super::problem::Problem;
use super::router::Shared;
use super::study::SlicedStudy;
use crate::report::replications::CsvRows;
use axum::extract::State;
use axum::response::Response;

/// `POST /api/scenario`: the text with all changes, comments kept. It need not be right.
pub(super) async fn scenario(
    State(shared): State<Shared>,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<Response, Problem> {
    let answer = move |shared: &Shared, _: &_| ask.source(shared);
    let source = worked_out(&shared, answer).await?;
    let name = source.path.rsplit(['/', '\\']).next().unwrap_or_default().replace(['"', '\n', '\r'], "_");
    Ok(file(&name, "application/octet-stream", source.text))
}

/// `POST /api/csv`: the rows of `replications.csv`.
pub(super) async fn csv(
    State(shared): State<Shared>,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<Response, Problem> {
    let answer = move |shared: &Shared, wanted: &_| {
        let (_, scenario) = ask.load_or_refuse(shared, wanted)?;
        let mut study = SlicedStudy::new(&scenario, ask.seed, &shared.turns, wanted);
        let mut rows = CsvRows::new(Vec::new(), &scenario).map_err(|_| Problem::bug())?;
        while study.done() < ask.replications {
            let first = study.done();
            for (replication, outcomes) in (first..).zip(study.advance(ask.replications)?) {
                rows.write(&scenario, replication, &outcomes).map_err(|_| Problem::bug())?;
            }
        }
        rows.finish().map_err(|_| Problem::bug())
    };
    let rows = worked_out(&shared, answer).await?;
    Ok(file("replications.csv", "text/csv; charset=utf-8", rows))
}

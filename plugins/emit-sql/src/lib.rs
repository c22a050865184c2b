//! Hunts as SQL over tables of the Open Cybersecurity Schema Framework: Athena and Trino, Snowflake, or ClickHouse.

mod engine;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::queries_only;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::window::Window;
use huntsmith_sql::{Lake, emit};

/// A data lake with OCSF tables.
pub struct Sql;

const NOTE: &str = "Needs tables of the Open Cybersecurity Schema Framework by the names of its classes, with \
                    `time_dt`; the option `schema` says where they are.";

impl Emitter for Sql {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["engine", "schema", "tables"])?;
        let engine = match options.choice("engine", &["athena", "trino", "snowflake", "clickhouse"])? {
            "snowflake" => &engine::SNOWFLAKE,
            "clickhouse" => &engine::CLICKHOUSE,
            _ => &engine::TRINO,
        };
        let database = options.text("schema")?.map(|_| options.name("schema", ".", "")).transpose()?;
        queries_only(target)?;
        let window = Window::of(&hunt.window)?;
        let tables = options.tables("", table::SOURCES)?;
        emit(&Lake { engine, schema: &table::OCSF, database, tables, window }, hunt, vec![NOTE.to_owned()])
    }
}

/// A hunt's searches over the schema, for those who execute them.
///
/// # Errors
/// Every refusal of the hunt.
pub fn searches(hunt: &Hunt) -> Result<Vec<Resolved<'_>>, Vec<Refusal>> {
    resolve(hunt, table::SOURCES, 0)
}

huntsmith_sdk::export_emitter!(Sql);

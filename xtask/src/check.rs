//! placeholder
pub fn check() -> anyhow::Result<()> { Ok(()) }

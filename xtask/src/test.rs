//! placeholder
pub fn test(_: &[String]) -> anyhow::Result<()> { Ok(()) }
pub fn validate(_: &[String]) -> anyhow::Result<()> { Ok(()) }
pub fn bench(_: &[String]) -> anyhow::Result<()> { Ok(()) }

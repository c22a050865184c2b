//! The published contract, as it stands in `wit/`: every version of every package that this huntsmith speaks.

use super::manifest::World;
use wit_parser::{Resolve, WorldId};

/// One published version of a package.
struct Published {
    package: &'static str,
    version: &'static str,
    text: &'static str,
}

/// In an order in which each needs only those above it.
const PUBLISHED: &[Published] = &[
    Published { package: "huntsmith:host", version: "0.1.0", text: include_str!("../../../wit/host/0.1.0/host.wit") },
    Published {
        package: "huntsmith:article",
        version: "0.1.0",
        text: include_str!("../../../wit/article/0.1.0/article.wit"),
    },
    Published { package: "huntsmith:feed", version: "0.1.0", text: include_str!("../../../wit/feed/0.1.0/feed.wit") },
    Published { package: "huntsmith:hunt", version: "0.1.0", text: include_str!("../../../wit/hunt/0.1.0/hunt.wit") },
];

/// The full name of a world: `huntsmith:article/ioc-extractor@0.1.0`; or the versions that there are.
pub fn package(world: World, version: &str) -> Result<String, Vec<&'static str>> {
    let known: Vec<&'static str> =
        PUBLISHED.iter().filter(|p| p.package == world.package()).map(|p| p.version).collect();
    if known.contains(&version) { Ok(format!("{}/{world}@{version}", world.package())) } else { Err(known) }
}

/// The contract's own description of a world, for checking a component against it.
///
/// # Errors
/// The versions that there are, where this is none of them.
pub fn world(world: World, version: &str) -> Result<(Resolve, WorldId), Vec<&'static str>> {
    package(world, version)?;
    let mut resolve = Resolve::default();
    let mut wanted = None;
    for published in PUBLISHED {
        let path = format!("{}@{}.wit", published.package, published.version);
        let id = resolve.push_str(&path, published.text).expect("a published package parses; a test says so");
        if published.package == world.package() && published.version == version {
            wanted = Some(id);
        }
    }
    let id = wanted.expect("`package` has found it");
    let world = resolve.select_world(&[id], Some(world.as_str())).expect("a published package has its worlds");
    Ok((resolve, world))
}

/// The names that a component of this world may import: its interfaces and those that their types come from.
///
/// # Errors
/// As [`world`].
pub fn imports(of: World, version: &str) -> Result<Vec<String>, Vec<&'static str>> {
    let (resolve, id) = world(of, version)?;
    Ok(resolve.worlds[id].imports.keys().map(|key| resolve.name_world_key(key)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_world_parses_and_imports_only_the_host_and_the_contract() {
        for published in PUBLISHED {
            for of in World::ALL.into_iter().filter(|of| of.package() == published.package) {
                let imports = imports(of, published.version).unwrap();
                assert!(imports.contains(&"huntsmith:host/log@0.1.0".to_owned()), "{imports:?}");
                assert!(imports.iter().all(|name| name.starts_with("huntsmith:")), "{imports:?}");
                let network = imports.iter().any(|name| name.starts_with("huntsmith:host/http"));
                assert_eq!(network, of == World::FeedSource, "{of}");
            }
        }
    }
}

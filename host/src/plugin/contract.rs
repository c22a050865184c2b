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
    #[cfg(test)]
    Published {
        package: "huntsmith:hunt",
        version: "0.2.0",
        text: include_str!("../../../tests/next-minor/hunt/0.2.0/hunt.wit"),
    },
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

/// The file of [`files`] that holds the world; it is the first.
pub const WORLD_FILE: &str = "package.wit";

/// The name of the interface that a world exports: `emitter`.
///
/// # Errors
/// As [`world`].
pub fn interface(of: World, version: &str) -> Result<String, Vec<&'static str>> {
    let (resolve, id) = world(of, version)?;
    let names = resolve.worlds[id].exports.keys().map(|key| resolve.name_world_key(key));
    let interface = names.filter_map(|name| Some(name.split_once('/')?.1.split('@').next()?.to_owned())).next();
    Ok(interface.expect("every world exports one; a test says so"))
}

/// The world's package and those that it uses, as files of a folder that tools of other languages take: the package at the
/// top, the others under `deps`.
///
/// # Errors
/// As [`world`].
pub fn files(of: World, version: &str) -> Result<Vec<(String, &'static str)>, Vec<&'static str>> {
    package(of, version)?;
    let own = |published: &&Published| published.package == of.package() && published.version == version;
    let main = PUBLISHED.iter().find(own).expect("`package` has found it");
    let mut files = vec![(WORLD_FILE.to_owned(), main.text)];
    for published in PUBLISHED.iter().filter(|it| !own(it)) {
        let name = published.package.trim_start_matches("huntsmith:");
        if main.text.contains(&format!("{}/", published.package)) {
            files.push((format!("deps/{name}/{name}.wit"), published.text));
        }
    }
    Ok(files)
}

/// A version of the contract that this huntsmith does not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the plugin needs {package} {wanted}, this host offers {offered}; {}", if *host_too_old { "update huntsmith" } else { "update the plugin" })]
pub struct Misfit {
    pub package: String,
    /// A minor (`0.2`), and its patch where that is not 0.
    pub wanted: String,
    /// Every version that there is, in the same form, oldest first.
    pub offered: String,
    /// Else the plugin is.
    pub host_too_old: bool,
}

impl Misfit {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        if self.host_too_old {
            "update huntsmith, or take an older version of the plugin"
        } else {
            "take a newer version of the plugin, or build it again against this huntsmith's contract"
        }
    }
}

/// Whether this huntsmith speaks a version of a package: one of its minors, no newer patch of it than is published here.
pub fn speaks(package: &str, version: &str) -> Result<(), Misfit> {
    let known: Vec<semver::Version> =
        PUBLISHED.iter().filter(|it| it.package == package).filter_map(|it| it.version.parse().ok()).collect();
    let asked: Option<semver::Version> = version.parse().ok();
    let minor = |version: &semver::Version| (version.major, version.minor);
    match &asked {
        Some(asked) if known.iter().any(|it| minor(it) == minor(asked) && asked.patch <= it.patch) => Ok(()),
        _ => Err(Misfit {
            package: package.to_owned(),
            wanted: asked.as_ref().map_or_else(|| version.to_owned(), short),
            offered: known.iter().map(short).collect::<Vec<_>>().join(", "),
            host_too_old: asked.is_none_or(|asked| known.iter().all(|it| *it < asked)),
        }),
    }
}

fn short(version: &semver::Version) -> String {
    match version.patch {
        0 => format!("{}.{}", version.major, version.minor),
        _ => version.to_string(),
    }
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
    fn a_version_that_nobody_speaks_says_which_side_is_too_old() {
        assert_eq!(speaks("huntsmith:hunt", "0.1.0"), Ok(()));
        let newer = speaks("huntsmith:article", "0.2.0").unwrap_err();
        let said = "the plugin needs huntsmith:article 0.2, this host offers 0.1; update huntsmith";
        assert!(newer.to_string() == said && newer.hint().starts_with("update huntsmith"), "{newer}");
        assert!(
            speaks("huntsmith:hunt", "0.1.7").unwrap_err().to_string().contains("0.1.7, this host offers 0.1, 0.2;")
        );
        let older = speaks("huntsmith:feed", "0.0.9").unwrap_err();
        let said = "the plugin needs huntsmith:feed 0.0.9, this host offers 0.1; update the plugin";
        assert!(older.to_string() == said && older.hint().contains("build it again"), "{older}");
    }

    #[test]
    fn a_world_stands_beside_every_package_that_it_uses() {
        let names = |of| files(of, "0.1.0").unwrap().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(names(World::QueryEmitter), ["package.wit", "deps/host/host.wit"]);
        assert_eq!(names(World::FeedSource), ["package.wit", "deps/host/host.wit", "deps/article/article.wit"]);
    }

    #[test]
    fn every_published_world_parses_and_imports_only_the_host_and_the_contract() {
        for published in PUBLISHED {
            for of in World::ALL.into_iter().filter(|of| of.package() == published.package) {
                assert!(of.as_str().contains(&interface(of, published.version).unwrap()), "{of}");
                let imports = imports(of, published.version).unwrap();
                assert!(imports.contains(&"huntsmith:host/log@0.1.0".to_owned()), "{imports:?}");
                assert!(imports.iter().all(|name| name.starts_with("huntsmith:")), "{imports:?}");
                let network = imports.iter().any(|name| name.starts_with("huntsmith:host/http"));
                assert_eq!(network, of == World::FeedSource, "{of}");
            }
        }
    }
}

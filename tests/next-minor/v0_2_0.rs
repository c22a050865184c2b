//! The contract's package `huntsmith:hunt` 0.2.0, beside which 0.1.0 stays: generated types, and conversions to and from
//! what the host has. Types of interfaces that did not change are those of 0.1.0.

use crate::bindings::Answer;
use crate::bindings::v0_1_0::generated::exports::huntsmith::hunt::emitter as older;
use crate::bindings::v0_1_0::generated::huntsmith::host::common::Context;
use crate::model;
use crate::sandbox::state::State;
use generated::exports::huntsmith::hunt::emitter;
use wasmtime::Store;

pub(crate) use emitter::{Guest, GuestIndices};

/// Made from the new folder and those that it uses.
pub(crate) mod generated {
    wasmtime::component::bindgen!({
        path: ["../wit/host/0.1.0", "../tests/next-minor/hunt/0.2.0"],
        inline: "
            package huntsmith:bindings;
            world next { export huntsmith:hunt/emitter@0.2.0; }
        ",
        world: "huntsmith:bindings/next",
        ownership: Borrowing { duplicate_if_necessary: true },
        with: {
            "huntsmith:host/common@0.1.0": crate::bindings::v0_1_0::generated::huntsmith::host::common,
            "huntsmith:hunt/plan@0.2.0": crate::bindings::v0_1_0::generated::huntsmith::hunt::plan,
        },
    });
}

/// Says hunts: what goes in converts from 0.1.0, what comes out to `model/`.
pub(crate) fn emit(
    guest: &Guest,
    store: &mut Store<State>,
    context: Context<'_>,
    hunts: &[older::Hunt<'_>],
    target: older::Target<'_>,
) -> Answer<Vec<Result<Vec<model::Artifact>, Vec<model::Refusal>>>> {
    let answers = guest.call_emit(store, context, hunts, target.into())?.into_iter();
    let refused = |all: Vec<emitter::Refusal>| all.into_iter().map(|it| older::Refusal::from(it).into()).collect();
    let said = |all: Vec<emitter::Artifact>| all.into_iter().map(Into::into).collect();
    Ok(Ok(answers.map(|answer| answer.map(said).map_err(refused)).collect()))
}

/// What is new is not asked for.
impl<'a> From<older::Target<'a>> for emitter::Target<'a> {
    fn from(it: older::Target<'a>) -> Self {
        Self { form: it.form, mapping: it.mapping, limit: None }
    }
}

/// What is new becomes a property, until `model/` has a place for it.
impl From<emitter::Artifact> for model::Artifact {
    fn from(it: emitter::Artifact) -> Self {
        let schedule = it.schedule.map(|value| model::Property { name: "schedule".into(), value });
        let mut artifact = model::Artifact::from(older::Artifact {
            name: it.name,
            media_type: it.media_type,
            language: it.language,
            text: it.text,
            notes: it.notes,
            literals: it.literals.into_iter().map(Into::into).collect(),
            properties: it.properties,
        });
        artifact.properties.extend(schedule);
        artifact
    }
}

impl From<emitter::Literal> for older::Literal {
    fn from(it: emitter::Literal) -> Self {
        Self { place: it.place.into(), value: it.value, piece: it.piece, start: it.start, end: it.end }
    }
}

impl From<emitter::Place> for older::Place {
    fn from(it: emitter::Place) -> Self {
        Self { part: it.part, index: it.index, node: it.node }
    }
}

impl From<emitter::Refusal> for older::Refusal {
    fn from(it: emitter::Refusal) -> Self {
        Self { code: it.code, what: it.what, place: it.place.into(), reason: it.reason }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{CallContext, Target};
    use crate::plugin::component::{componentize, read_manifest};
    use crate::plugin::conformance::any_hunt;
    use crate::plugin::contract;
    use crate::plugin::manifest::{Manifest, World};
    use crate::sandbox::{DataSource, Plugin, Sandbox, Settings, prepare_here};
    use std::borrow::Cow;

    struct NoData;

    impl DataSource for NoData {
        fn read(&self, _: &str) -> Option<Cow<'_, [u8]>> {
            None
        }

        fn digest(&self, _: &str) -> Option<String> {
            None
        }
    }

    /// Loads a component in this host, which speaks both minors.
    fn load(component: &[u8], manifest: Manifest) -> Plugin {
        let cache = tempfile::tempdir().unwrap();
        let settings = Settings { cache_dir: Some(cache.path().to_owned()), jobs: 1, ..Settings::default() };
        let sandbox = Sandbox::new(settings).unwrap();
        let code = prepare_here(component, &manifest).unwrap_or_else(|fault| panic!("{}", fault.message));
        sandbox.seed(&sandbox.key_for(component, &manifest, &NoData), code.leak());
        sandbox.load_prepared(component, manifest, &NoData).unwrap()
    }

    fn said(plugin: &Plugin) -> crate::model::Artifact {
        let mut told = plugin.emit(&CallContext::default(), &[any_hunt()], &Target::default()).unwrap().value;
        told.remove(0).unwrap().remove(0)
    }

    #[test]
    fn a_component_of_0_1_0_goes_on_beside_one_of_0_2_0() {
        let old = include_bytes!("../fixtures/contract/0.1.0/emit-moon.wasm");
        let old = load(old, read_manifest(old).unwrap());
        assert_eq!(old.manifest().contract, "0.1.0");
        let artifact = said(&old);
        assert!(artifact.text.contains("find processes since 86400s where"), "{}", artifact.text);
        assert!(artifact.properties.is_empty() && !artifact.literals.is_empty());

        let manifest = Manifest::from_toml(
            "name = \"emit-next\"\nversion = \"1.0.0\"\nworld = \"query-emitter\"\ncontract = \"0.2.0\"\n\
             [dialect]\nname = \"next\"\ntitle = \"Next\"\nlanguage = \"next\"\n",
        );
        let manifest = manifest.unwrap();
        let mut module = wat::parse_str(include_str!("emitter.wat")).unwrap();
        let (resolve, world) = contract::world(World::QueryEmitter, "0.2.0").unwrap();
        let utf8 = wit_component::StringEncoding::UTF8;
        wit_component::embed_component_metadata(&mut module, &resolve, world, utf8).unwrap();
        let new = load(&componentize(&module, &manifest).unwrap(), manifest);
        let artifact = said(&new);
        assert_eq!((artifact.text.as_str(), artifact.language.as_str()), ("find everything", "demo"));
        let property = &artifact.properties[0];
        assert_eq!((property.name.as_str(), property.value.as_str()), ("schedule", "0 3 * * *"));
    }

    #[test]
    fn what_neither_minor_is_says_who_is_too_old() {
        let said = |version: &str| contract::speaks("huntsmith:hunt", version).unwrap_err().to_string();
        assert_eq!(said("0.3.0"), "the plugin needs huntsmith:hunt 0.3, this host offers 0.1, 0.2; update huntsmith");
        assert_eq!(
            said("0.0.9"),
            "the plugin needs huntsmith:hunt 0.0.9, this host offers 0.1, 0.2; update the plugin"
        );
    }
}

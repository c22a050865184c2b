//! The contract 0.1.0: generated types, conversions to and from `model/`, the host's imports, and the call of each
//! world.

mod imports;
mod lift;
mod lower;
mod lower_hunt;

pub(crate) use imports::add_to_linker;
pub(crate) use lower::Lowering;

use crate::model;
use crate::plugin::manifest::World;
use crate::sandbox::error::{Code, Fault};
use crate::sandbox::state::State;
use generated::exports::huntsmith::article::{classifier, extractor, reader};
use generated::exports::huntsmith::feed::feed;
use generated::exports::huntsmith::hunt::emitter;
use generated::huntsmith::host::common;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{AsContextMut, Store};

/// Made from `wit/`: one world that holds the exports of all five, so that they share their types.
pub(crate) mod generated {
    wasmtime::component::bindgen!({
        path: ["../wit/host/0.1.0", "../wit/article/0.1.0", "../wit/feed/0.1.0", "../wit/hunt/0.1.0"],
        inline: "
            package huntsmith:bindings;
            world every {
                import huntsmith:host/log@0.1.0;
                import huntsmith:host/data@0.1.0;
                import huntsmith:host/http@0.1.0;
                export huntsmith:feed/feed@0.1.0;
                export huntsmith:article/reader@0.1.0;
                export huntsmith:article/extractor@0.1.0;
                export huntsmith:article/classifier@0.1.0;
                export huntsmith:hunt/emitter@0.1.0;
            }
        ",
        world: "huntsmith:bindings/every",
        ownership: Borrowing { duplicate_if_necessary: true },
        imports: { default: trappable },
    });
}

/// A plugin's own error, as it answered it.
pub(crate) struct Refused {
    pub code: String,
    pub message: String,
    pub properties: Vec<model::Property>,
}

impl From<common::PluginError> for Refused {
    fn from(error: common::PluginError) -> Self {
        let properties = error.properties.into_iter().map(Into::into).collect();
        Self { code: error.code, message: error.message, properties }
    }
}

/// What a call answers: wasmtime's error, the plugin's own, or the result.
pub(crate) type Answer<T> = wasmtime::Result<Result<T, Refused>>;

/// Where a component keeps its world's function; looked up once a plugin.
pub(crate) enum Exports {
    Feed(feed::GuestIndices),
    Reader(reader::GuestIndices),
    Extractor(extractor::GuestIndices),
    Classifier(classifier::GuestIndices),
    Emitter(emitter::GuestIndices),
}

/// The function of one instance.
pub(crate) enum Guest {
    Feed(feed::Guest),
    Reader(reader::Guest),
    Extractor(extractor::Guest),
    Classifier(classifier::Guest),
    Emitter(emitter::Guest),
}

impl Exports {
    pub fn new(world: World, component: &InstancePre<State>) -> wasmtime::Result<Self> {
        Ok(match world {
            World::FeedSource => Self::Feed(feed::GuestIndices::new(component)?),
            World::DocumentReader => Self::Reader(reader::GuestIndices::new(component)?),
            World::IocExtractor => Self::Extractor(extractor::GuestIndices::new(component)?),
            World::TechniqueClassifier => Self::Classifier(classifier::GuestIndices::new(component)?),
            World::QueryEmitter => Self::Emitter(emitter::GuestIndices::new(component)?),
        })
    }

    /// Checks the types of an instance's function against the contract.
    pub fn load(&self, mut store: impl AsContextMut, instance: &Instance) -> wasmtime::Result<Guest> {
        Ok(match self {
            Self::Feed(indices) => Guest::Feed(indices.load(&mut store, instance)?),
            Self::Reader(indices) => Guest::Reader(indices.load(&mut store, instance)?),
            Self::Extractor(indices) => Guest::Extractor(indices.load(&mut store, instance)?),
            Self::Classifier(indices) => Guest::Classifier(indices.load(&mut store, instance)?),
            Self::Emitter(indices) => Guest::Emitter(indices.load(&mut store, instance)?),
        })
    }
}

fn other_world<T>() -> wasmtime::Result<T> {
    Err(wasmtime::Error::new(Fault::new(Code::WrongWorld, "the plugin is of another world than this call")))
}

impl Guest {
    pub fn read(
        &self,
        store: &mut Store<State>,
        (context, document): (common::Context<'_>, reader::DocumentParam<'_>),
    ) -> Answer<model::Reading> {
        let Self::Reader(guest) = self else { return other_world() };
        Ok(guest.call_read(store, context, document)?.map(Into::into).map_err(Into::into))
    }

    pub fn extract(
        &self,
        store: &mut Store<State>,
        (context, article): (common::Context<'_>, extractor::Article<'_>),
    ) -> Answer<model::Extraction> {
        let Self::Extractor(guest) = self else { return other_world() };
        Ok(guest.call_extract(store, context, article)?.map(Into::into).map_err(Into::into))
    }

    pub fn classify(
        &self,
        store: &mut Store<State>,
        (context, article, indicators, observations): (
            common::Context<'_>,
            classifier::Article<'_>,
            &[classifier::Indicator<'_>],
            &[classifier::Observation<'_>],
        ),
    ) -> Answer<model::Classification> {
        let Self::Classifier(guest) = self else { return other_world() };
        Ok(guest.call_classify(store, context, article, indicators, observations)?.map(Into::into).map_err(Into::into))
    }

    pub fn emit(
        &self,
        store: &mut Store<State>,
        (context, hunts, target): (common::Context<'_>, &[emitter::Hunt<'_>], emitter::Target<'_>),
    ) -> Answer<Vec<Result<Vec<model::Artifact>, Vec<model::Refusal>>>> {
        let Self::Emitter(guest) = self else { return other_world() };
        Ok(Ok(lift::emissions(guest.call_emit(store, context, hunts, target)?)))
    }

    pub fn poll(
        &self,
        store: &mut Store<State>,
        (context, input, cursor): (common::Context<'_>, Option<feed::DocumentParam<'_>>, Option<&str>),
    ) -> Answer<model::FeedPage> {
        let Self::Feed(guest) = self else { return other_world() };
        match guest.call_poll(store, context, input, cursor)? {
            Ok(page) => match lift::page(page) {
                Ok(page) => Ok(Ok(page)),
                Err(message) => Err(wasmtime::Error::new(Fault::new(Code::InvalidResult, message))),
            },
            Err(error) => Ok(Err(error.into())),
        }
    }
}

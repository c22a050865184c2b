//! Generated bindings, one module a published minor of the contract with its conversions to `model/`; and the call of each
//! world, in whichever minor a plugin was built against.

pub(crate) mod v0_1_0;
// How a minor is added, rehearsed: CONTRIBUTING, "Changing the contract". Nothing of it is in the product.
#[cfg(test)]
#[path = "../../../tests/next-minor/v0_2_0.rs"]
pub(crate) mod v0_2_0;

use crate::model;
use crate::plugin::Manifest;
use crate::plugin::manifest::World;
use crate::sandbox::error::{Code, Fault};
use crate::sandbox::state::State;
use v0_1_0::generated::exports::huntsmith::article::{classifier, extractor, reader};
use v0_1_0::generated::exports::huntsmith::feed::feed;
use v0_1_0::generated::exports::huntsmith::hunt::emitter;
use v0_1_0::generated::huntsmith::host::common;
use v0_1_0::lift;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{AsContextMut, Store};

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

/// Where a component keeps its world's function, in each minor that there is; looked up once a plugin.
pub(crate) enum Exports {
    Feed(feed::GuestIndices),
    Reader(reader::GuestIndices),
    Extractor(extractor::GuestIndices),
    Classifier(classifier::GuestIndices),
    Emitter(emitter::GuestIndices),
    #[cfg(test)]
    NextEmitter(v0_2_0::GuestIndices),
}

/// The function of one instance.
pub(crate) enum Guest {
    Feed(feed::Guest),
    Reader(reader::Guest),
    Extractor(extractor::Guest),
    Classifier(classifier::Guest),
    Emitter(emitter::Guest),
    #[cfg(test)]
    NextEmitter(v0_2_0::Guest),
}

impl Exports {
    /// Those of a component, by the world and the minor that its manifest names.
    pub fn new(manifest: &Manifest, component: &InstancePre<State>) -> wasmtime::Result<Self> {
        Ok(match manifest.world {
            World::FeedSource => Self::Feed(feed::GuestIndices::new(component)?),
            World::DocumentReader => Self::Reader(reader::GuestIndices::new(component)?),
            World::IocExtractor => Self::Extractor(extractor::GuestIndices::new(component)?),
            World::TechniqueClassifier => Self::Classifier(classifier::GuestIndices::new(component)?),
            #[cfg(test)]
            World::QueryEmitter if manifest.contract.starts_with("0.2.") => {
                Self::NextEmitter(v0_2_0::GuestIndices::new(component)?)
            }
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
            #[cfg(test)]
            Self::NextEmitter(indices) => Guest::NextEmitter(indices.load(&mut store, instance)?),
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
        match self {
            Self::Emitter(guest) => Ok(Ok(lift::emissions(guest.call_emit(store, context, hunts, target)?))),
            #[cfg(test)]
            Self::NextEmitter(guest) => v0_2_0::emit(guest, store, context, hunts, target),
            _ => other_world(),
        }
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

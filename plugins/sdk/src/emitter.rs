//! The world `query-emitter`: queries and rules out of hunts.

pub use crate::bindings::emitter_world::exports::huntsmith::hunt::emitter::{
    Artifact, Literal, Place, Refusal, Target,
};
pub use crate::bindings::emitter_world::huntsmith::hunt::plan;
pub use crate::common::{Context, Property};
pub use plan::Hunt;

/// One refusal is an answer: what fails at once needs no list of its own.
impl From<Refusal> for Vec<Refusal> {
    fn from(refusal: Refusal) -> Self {
        vec![refusal]
    }
}

/// What a plugin of this world does; `huntsmith_sdk::export_emitter!` makes a component of it.
pub trait Emitter {
    /// Runs once, when the plugin is prepared: fill tables, automata and models here, read declared data here. The
    /// memory as it is afterwards is what every call starts from.
    ///
    /// # Errors
    /// A message for the operator; the plugin is then not loaded.
    fn init() -> Result<(), String> {
        Ok(())
    }

    /// Says one hunt in the dialect: all of it, or a typed refusal.
    fn emit(ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>>;
}

/// Makes a component of a type that implements [`Emitter`].
#[macro_export]
macro_rules! export_emitter {
    ($plugin:ty) => {
        #[doc(hidden)]
        struct HuntsmithGuest;

        impl $crate::bindings::emitter_world::Guest for HuntsmithGuest {
            fn init() -> ::core::result::Result<(), ::std::string::String> {
                let done = <$plugin as $crate::emitter::Emitter>::init();
                $crate::memory::seal();
                done
            }
        }

        impl $crate::bindings::emitter_world::exports::huntsmith::hunt::emitter::Guest for HuntsmithGuest {
            fn emit(
                ctx: $crate::common::Context,
                hunts: ::std::vec::Vec<$crate::emitter::Hunt>,
                target: $crate::emitter::Target,
            ) -> ::std::vec::Vec<
                ::core::result::Result<
                    ::std::vec::Vec<$crate::emitter::Artifact>,
                    ::std::vec::Vec<$crate::emitter::Refusal>,
                >,
            > {
                hunts
                    .iter()
                    .map(|hunt| <$plugin as $crate::emitter::Emitter>::emit(&ctx, hunt, &target))
                    .collect()
            }
        }

        #[cfg(target_arch = "wasm32")]
        $crate::bindings::emitter_world::raw_export_emitter!(HuntsmithGuest with_types_in $crate::bindings::emitter_world);
    };
}

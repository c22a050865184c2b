//! The world `ioc-extractor`: indicators and observations out of an article.

pub use crate::article::{
    Article, Block, Cell, Content, Fact, Indicator, Link, Observation, ObservedField, Rejection, Relation, Span,
};
pub use crate::bindings::extractor_world::exports::huntsmith::article::extractor::Extraction;
pub use crate::common::{Context, PluginError, Property};

/// What a plugin of this world does; `huntsmith_sdk::export_extractor!` makes a component of it.
pub trait Extractor {
    /// Runs once, when the plugin is prepared: fill tables, automata and models here, read declared data here. The
    /// memory as it is afterwards is what every call starts from.
    ///
    /// # Errors
    /// A message for the operator; the plugin is then not loaded.
    fn init() -> Result<(), String> {
        Ok(())
    }

    /// Finds indicators and observations in an article, and says what it turned away.
    fn extract(ctx: &Context, article: &Article) -> Result<Extraction, PluginError>;
}

/// Makes a component of a type that implements [`Extractor`].
#[macro_export]
macro_rules! export_extractor {
    ($plugin:ty) => {
        #[doc(hidden)]
        struct HuntsmithGuest;

        impl $crate::bindings::extractor_world::Guest for HuntsmithGuest {
            fn init() -> ::core::result::Result<(), ::std::string::String> {
                let done = <$plugin as $crate::extractor::Extractor>::init();
                $crate::memory::seal();
                done
            }
        }

        impl $crate::bindings::extractor_world::exports::huntsmith::article::extractor::Guest for HuntsmithGuest {
            fn extract(
                ctx: $crate::common::Context,
                article: $crate::article::Article,
            ) -> ::core::result::Result<$crate::extractor::Extraction, $crate::common::PluginError> {
                <$plugin as $crate::extractor::Extractor>::extract(&ctx, &article)
            }
        }

        #[cfg(target_arch = "wasm32")]
        $crate::bindings::extractor_world::raw_export_extractor!(HuntsmithGuest with_types_in $crate::bindings::extractor_world);
    };
}

//! The world `technique-classifier`: ATT&CK techniques and named actors out of an article.

pub use crate::article::{
    Article, Block, Cell, Content, Fact, Indicator, Link, Observation, ObservedField, Rejection, Span,
};
pub use crate::bindings::classifier_world::exports::huntsmith::article::classifier::{
    Actor, Classification, Technique,
};
pub use crate::common::{Context, PluginError, Property};

/// What a plugin of this world does; `huntsmith_sdk::export_classifier!` makes a component of it.
pub trait Classifier {
    /// Runs once, when the plugin is prepared: fill tables, automata and models here, read declared data here. The
    /// memory as it is afterwards is what every call starts from.
    ///
    /// # Errors
    /// A message for the operator; the plugin is then not loaded.
    fn init() -> Result<(), String> {
        Ok(())
    }

    /// Maps an article to techniques, with the sentences that carry them.
    fn classify(
        ctx: &Context,
        article: &Article,
        indicators: &[Indicator],
        observations: &[Observation],
    ) -> Result<Classification, PluginError>;
}

/// Makes a component of a type that implements [`Classifier`].
#[macro_export]
macro_rules! export_classifier {
    ($plugin:ty) => {
        #[doc(hidden)]
        struct HuntsmithGuest;

        impl $crate::bindings::classifier_world::Guest for HuntsmithGuest {
            fn init() -> ::core::result::Result<(), ::std::string::String> {
                let done = <$plugin as $crate::classifier::Classifier>::init();
                $crate::memory::seal();
                done
            }
        }

        impl $crate::bindings::classifier_world::exports::huntsmith::article::classifier::Guest for HuntsmithGuest {
            fn classify(
                ctx: $crate::common::Context,
                article: $crate::article::Article,
                indicators: ::std::vec::Vec<$crate::article::Indicator>,
                observations: ::std::vec::Vec<$crate::article::Observation>,
            ) -> ::core::result::Result<$crate::classifier::Classification, $crate::common::PluginError> {
                <$plugin as $crate::classifier::Classifier>::classify(&ctx, &article, &indicators, &observations)
            }
        }

        #[cfg(target_arch = "wasm32")]
        $crate::bindings::classifier_world::raw_export_classifier!(HuntsmithGuest with_types_in $crate::bindings::classifier_world);
    };
}

//! The world `feed-source`: items out of a source, the only world that may ask for the network.

pub use crate::article::{Document, Fact};
pub use crate::bindings::feed_world::exports::huntsmith::feed::feed::{Item, Page};
pub use crate::bindings::feed_world::huntsmith::host::http;
pub use crate::common::{Context, Note, PluginError, Property};
pub use crate::fetch;

/// What a plugin of this world does; `huntsmith_sdk::export_feed!` makes a component of it.
pub trait Feed {
    /// Runs once, when the plugin is prepared: fill tables, automata and models here, read declared data here. The
    /// memory as it is afterwards is what every call starts from.
    ///
    /// # Errors
    /// A message for the operator; the plugin is then not loaded.
    fn init() -> Result<(), String> {
        Ok(())
    }

    /// Brings the items that came since `cursor`; from `input` where the operator named a local file.
    fn poll(ctx: &Context, input: Option<Document>, cursor: Option<String>) -> Result<Page, PluginError>;
}

/// Makes a component of a type that implements [`Feed`].
#[macro_export]
macro_rules! export_feed {
    ($plugin:ty) => {
        #[doc(hidden)]
        struct HuntsmithGuest;

        impl $crate::bindings::feed_world::Guest for HuntsmithGuest {
            fn init() -> ::core::result::Result<(), ::std::string::String> {
                <$plugin as $crate::feed::Feed>::init()
            }
        }

        impl $crate::bindings::feed_world::exports::huntsmith::feed::feed::Guest for HuntsmithGuest {
            fn poll(
                ctx: $crate::common::Context,
                input: ::core::option::Option<$crate::article::Document>,
                cursor: ::core::option::Option<::std::string::String>,
            ) -> ::core::result::Result<$crate::feed::Page, $crate::common::PluginError> {
                <$plugin as $crate::feed::Feed>::poll(&ctx, input, cursor)
            }
        }

        #[cfg(target_arch = "wasm32")]
        $crate::bindings::feed_world::raw_export_feed!(HuntsmithGuest with_types_in $crate::bindings::feed_world);
    };
}

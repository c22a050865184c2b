//! The world `document-reader`: bytes in; text, blocks and child documents out.

pub use crate::article::{Block, Cell, Content, Document, Link, Span};
pub use crate::bindings::reader_world::exports::huntsmith::article::reader::Reading;
pub use crate::common::{Context, Note, PluginError, Property};

/// What a plugin of this world does; `huntsmith_sdk::export_reader!` makes a component of it.
pub trait Reader {
    /// Runs once, when the plugin is prepared: fill tables, automata and models here, read declared data here. The
    /// memory as it is afterwards is what every call starts from.
    ///
    /// # Errors
    /// A message for the operator; the plugin is then not loaded.
    fn init() -> Result<(), String> {
        Ok(())
    }

    /// Reads a document as far as it can be read, with notes; an error is for input of which nothing can be said.
    fn read(ctx: &Context, document: Document) -> Result<Reading, PluginError>;
}

/// Makes a component of a type that implements [`Reader`].
#[macro_export]
macro_rules! export_reader {
    ($plugin:ty) => {
        #[doc(hidden)]
        struct HuntsmithGuest;

        impl $crate::bindings::reader_world::Guest for HuntsmithGuest {
            fn init() -> ::core::result::Result<(), ::std::string::String> {
                let done = <$plugin as $crate::reader::Reader>::init();
                $crate::memory::seal();
                done
            }
        }

        impl $crate::bindings::reader_world::exports::huntsmith::article::reader::Guest for HuntsmithGuest {
            fn read(
                ctx: $crate::common::Context,
                document: $crate::article::Document,
            ) -> ::core::result::Result<$crate::reader::Reading, $crate::common::PluginError> {
                <$plugin as $crate::reader::Reader>::read(&ctx, document)
            }
        }

        #[cfg(target_arch = "wasm32")]
        $crate::bindings::reader_world::raw_export_reader!(HuntsmithGuest with_types_in $crate::bindings::reader_world);
    };
}

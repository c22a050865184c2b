//! The world `feed-source`: items out of a source, the only world that may ask for the network.

pub use crate::article::{Document, Fact};
pub use crate::bindings::feed_world::exports::huntsmith::feed::feed::{Item, Page};
pub use crate::bindings::feed_world::huntsmith::host::http;
pub use crate::common::{Context, Note, PluginError, Property};
pub use crate::fetch;
use crate::fetch::{Validators, error};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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

/// What the next poll of most feeds has to know.
#[derive(Debug, Serialize, Deserialize, Default, PartialEq)]
#[serde(default)]
pub struct Cursor {
    #[serde(flatten)]
    pub validators: Validators,
    /// Fingerprints of what was given, for [`crate::seen::Seen`].
    pub seen: String,
}

/// The operator's options for this feed.
///
/// # Errors
/// `configuration`: the JSON is not of that form.
pub fn options<T: DeserializeOwned>(ctx: &Context) -> Result<T, PluginError> {
    serde_json::from_str(&ctx.config).map_err(|e| error("configuration", format!("the options: {e}")))
}

/// An address that the operator has to give.
///
/// # Errors
/// `configuration` where there is none.
pub fn address(url: Option<String>) -> Result<String, PluginError> {
    url.ok_or_else(|| error("configuration", "the feed has no url to fetch it from"))
}

/// The cursor of the last page; one that cannot be read counts as none, so that a feed begins anew.
pub fn cursor<T: DeserializeOwned + Default>(text: Option<&str>) -> T {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// A page after which nothing is waiting.
pub fn page(items: Vec<Item>, cursor: &impl Serialize, notes: Vec<Note>) -> Page {
    Page { title: None, items, cursor: serde_json::to_string(cursor).ok(), more: false, notes }
}

/// Reads JSON; `what` says in an error what it should have been.
///
/// # Errors
/// `malformed`, with line and column.
pub fn json<T: DeserializeOwned>(text: &[u8], what: &str) -> Result<T, PluginError> {
    serde_json::from_slice(text).map_err(|e| {
        let place = format!("line {}, column {}", e.line(), e.column());
        error("malformed", format!("{what} is broken at {place}: {e}"))
    })
}

/// A note, its message on one line and short: it may quote what a source wrote.
pub fn note(code: &str, message: impl AsRef<str>) -> Note {
    let message = message.as_ref().chars().filter(|c| !c.is_control()).take(500).collect();
    Note { code: code.to_string(), message, properties: Vec::new() }
}

/// A property, its value trimmed; none for an empty one.
pub fn property(name: &str, value: &str) -> Option<Property> {
    let value = value.trim();
    (!value.is_empty()).then(|| Property { name: name.to_string(), value: value.to_string() })
}

/// Makes a component of a type that implements [`Feed`].
#[macro_export]
macro_rules! export_feed {
    ($plugin:ty) => {
        #[doc(hidden)]
        struct HuntsmithGuest;

        impl $crate::bindings::feed_world::Guest for HuntsmithGuest {
            fn init() -> ::core::result::Result<(), ::std::string::String> {
                let done = <$plugin as $crate::feed::Feed>::init();
                $crate::memory::seal();
                done
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

//! Generated from `wit/`: the types and host imports that all worlds share, and each world's exports.

/// What every world imports: the common types, the article's types, log and data.
mod shared {
    wit_bindgen::generate!({
        path: ["../../wit/host/0.1.0", "../../wit/article/0.1.0"],
        inline: "
            package huntsmith:sdk;
            world shared {
                import huntsmith:host/common@0.1.0;
                import huntsmith:host/log@0.1.0;
                import huntsmith:host/data@0.1.0;
                import huntsmith:article/types@0.1.0;
            }
        ",
        world: "huntsmith:sdk/shared",
        generate_all,
        additional_derives: [PartialEq, Clone],
    });
}
pub use shared::huntsmith::article::types as article;
pub use shared::huntsmith::host::{common, data, log};

#[cfg(feature = "reader")]
pub mod reader_world {
    //! The world `document-reader`.
    wit_bindgen::generate!({
        path: ["../../wit/host/0.1.0", "../../wit/article/0.1.0"],
        world: "huntsmith:article/document-reader",
        with: {
            "huntsmith:host/common@0.1.0": super::common,
            "huntsmith:host/log@0.1.0": super::log,
            "huntsmith:host/data@0.1.0": super::data,
            "huntsmith:article/types@0.1.0": super::article,
        },
        additional_derives: [PartialEq, Clone],
        pub_export_macro: true,
        export_macro_name: "raw_export_reader",
        default_bindings_module: "huntsmith_sdk::bindings::reader_world",
    });
}

#[cfg(feature = "extractor")]
pub mod extractor_world {
    //! The world `ioc-extractor`.
    wit_bindgen::generate!({
        path: ["../../wit/host/0.1.0", "../../wit/article/0.1.0"],
        world: "huntsmith:article/ioc-extractor",
        with: {
            "huntsmith:host/common@0.1.0": super::common,
            "huntsmith:host/log@0.1.0": super::log,
            "huntsmith:host/data@0.1.0": super::data,
            "huntsmith:article/types@0.1.0": super::article,
        },
        additional_derives: [PartialEq, Clone],
        pub_export_macro: true,
        export_macro_name: "raw_export_extractor",
        default_bindings_module: "huntsmith_sdk::bindings::extractor_world",
    });
}

#[cfg(feature = "classifier")]
pub mod classifier_world {
    //! The world `technique-classifier`.
    wit_bindgen::generate!({
        path: ["../../wit/host/0.1.0", "../../wit/article/0.1.0"],
        world: "huntsmith:article/technique-classifier",
        with: {
            "huntsmith:host/common@0.1.0": super::common,
            "huntsmith:host/log@0.1.0": super::log,
            "huntsmith:host/data@0.1.0": super::data,
            "huntsmith:article/types@0.1.0": super::article,
        },
        additional_derives: [PartialEq, Clone],
        pub_export_macro: true,
        export_macro_name: "raw_export_classifier",
        default_bindings_module: "huntsmith_sdk::bindings::classifier_world",
    });
}

#[cfg(feature = "feed")]
pub mod feed_world {
    //! The world `feed-source`.
    wit_bindgen::generate!({
        path: ["../../wit/host/0.1.0", "../../wit/article/0.1.0", "../../wit/feed/0.1.0"],
        world: "huntsmith:feed/feed-source",
        with: {
            "huntsmith:host/common@0.1.0": super::common,
            "huntsmith:host/log@0.1.0": super::log,
            "huntsmith:host/data@0.1.0": super::data,
            "huntsmith:host/http@0.1.0": generate,
            "huntsmith:article/types@0.1.0": super::article,
        },
        additional_derives: [PartialEq, Clone],
        additional_derives_ignore: ["body", "response"],
        pub_export_macro: true,
        export_macro_name: "raw_export_feed",
        default_bindings_module: "huntsmith_sdk::bindings::feed_world",
    });
}

#[cfg(feature = "emitter")]
pub mod emitter_world {
    //! The world `query-emitter`.
    wit_bindgen::generate!({
        path: ["../../wit/host/0.1.0", "../../wit/hunt/0.1.0"],
        world: "huntsmith:hunt/query-emitter",
        with: {
            "huntsmith:host/common@0.1.0": super::common,
            "huntsmith:host/log@0.1.0": super::log,
            "huntsmith:host/data@0.1.0": super::data,
            "huntsmith:hunt/plan@0.1.0": generate,
        },
        additional_derives: [PartialEq, Clone],
        pub_export_macro: true,
        export_macro_name: "raw_export_emitter",
        default_bindings_module: "huntsmith_sdk::bindings::emitter_world",
    });
}

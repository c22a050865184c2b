//! The contract 0.1.0: generated types, conversions to and from `model/`, and the host's imports.

mod imports;
pub(super) mod lift;
mod lower;
mod lower_hunt;

pub(crate) use imports::add_to_linker;
pub(crate) use lower::Lowering;

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

//! Generated bindings, one module a published minor of the contract, and the conversions to `model/`.

pub(crate) mod v0_1_0;

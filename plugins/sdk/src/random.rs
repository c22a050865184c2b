//! There is no randomness in a guest: results may not depend on it. A crate that asks for it is told so.

/// What `getrandom` calls on this target, given `--cfg getrandom_backend="custom"`.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(_: *mut u8, _: usize) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}

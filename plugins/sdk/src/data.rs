//! Data that the plugin's manifest names; to be read in `init` and nowhere else.

/// The bytes of the data called `name`. Natively, in a plugin's own tests, they are read from the folder that the
/// environment variable `HUNTSMITH_DATA` names.
///
/// # Errors
/// The manifest does not name it, the host does not have it, or the call came outside `init`.
pub fn read(name: &str) -> Result<Vec<u8>, String> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::data::read(name);
    #[cfg(not(target_arch = "wasm32"))]
    {
        let folder = std::env::var("HUNTSMITH_DATA").map_err(|_| "HUNTSMITH_DATA is not set".to_string())?;
        std::fs::read(std::path::Path::new(&folder).join(name)).map_err(|e| format!("{name}: {e}"))
    }
}

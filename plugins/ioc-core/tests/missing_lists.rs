//! The plugin does not start without its known-good lists: half of them would turn half of the false classes into findings.

use huntsmith_sdk::extractor::Extractor;
use ioc_core::IocCore;
use std::path::Path;

#[test]
fn a_list_that_is_missing_or_empty_is_named() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/warninglists");
    let data = std::env::temp_dir().join(format!("huntsmith-missing-lists-{}", std::process::id()));
    let lists = data.join("warninglists");
    std::fs::create_dir_all(&lists).unwrap();
    for entry in std::fs::read_dir(&shipped).unwrap().flatten() {
        std::fs::copy(entry.path(), lists.join(entry.file_name())).unwrap();
    }
    // SAFETY: the only test of this process, before anything else reads the environment.
    unsafe { std::env::set_var("HUNTSMITH_DATA", &data) };
    for (name, says) in [("url-shortener.json", "cannot be read"), ("sinkholes.json", "cannot be read")] {
        let whole = std::fs::read(lists.join(name)).unwrap();
        std::fs::remove_file(lists.join(name)).unwrap();
        let error = IocCore::init().unwrap_err();
        assert!(error.contains(name) && error.contains(says), "{error}");
        std::fs::write(lists.join(name), b"{\"list\": []}").unwrap();
        let error = IocCore::init().unwrap_err();
        assert!(error.contains(name) && error.contains("holds no entries"), "{error}");
        std::fs::write(lists.join(name), whole).unwrap();
    }
    assert_eq!(IocCore::init(), Ok(()));
    std::fs::remove_dir_all(&data).unwrap();
}

//! Shows what the plugin makes of text files: `cargo run --release -p ioc-core --example show -- FILE…`

use huntsmith_sdk::extractor::Extractor;
use huntsmith_sdk::testing::article;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::var_os("HUNTSMITH_DATA").is_none() {
        // SAFETY: nothing else runs yet.
        unsafe { std::env::set_var("HUNTSMITH_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/../../data")) };
    }
    ioc_core::IocCore::init()?;
    for file in std::env::args().skip(1) {
        let found = ioc_core::extract(&article(std::fs::read_to_string(&file)?));
        println!("== {file}");
        for one in &found.indicators {
            let (kind, value, role) = (&one.kind, &one.value, &one.role);
            println!(
                "{kind}\t{value}\t{role} {}\t{}{}",
                one.confidence,
                one.reasons.join(" "),
                if one.defanged { " [defanged]" } else { "" }
            );
        }
        for one in &found.observations {
            println!(
                "observation\t{} {}\t{}",
                one.class,
                one.confidence,
                one.fields.iter().map(|f| format!("{}={}", f.name, f.value)).collect::<Vec<_>>().join(" · ")
            );
        }
        for one in &found.relations {
            let name = |at: u32| &found.indicators[at as usize].value;
            println!("relation\t{} {} {}", name(one.subject), one.kind, name(one.object));
        }
        for one in &found.rejections {
            println!("rejected\t{}\t{}\t{}", one.kind, one.value, one.reason);
        }
    }
    Ok(())
}

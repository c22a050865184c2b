fn main() {
    let t = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let c = huntsmith_sdk::article::Content {
        title: None,
        published: None,
        language: None,
        text: t.clone(),
        blocks: vec![],
        links: vec![],
        properties: vec![],
    };
    let l = huntsmith_text::Layout::of(&c);
    let mut last = None;
    for u in l.units {
        if Some(u.section) != last {
            println!(
                "{} {:?} {}",
                t[..u.range.start].matches('\n').count() + 1,
                u.section,
                t[u.range.clone()].chars().take(100).collect::<String>()
            );
            last = Some(u.section)
        }
    }
}

//! Properties that hold for every text: defanging and extracting gives the value back, spans cut the original on
//! character boundaries, articles know nothing of each other, unrelated text changes nothing, no text is a panic.

mod common;

use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    ("[a-z][a-z0-9]{3,12}", "[a-z]{3,10}", prop_oneof!["com", "net", "top", "ru", "co\\.uk"])
        .prop_map(|(a, b, c)| format!("{a}.{b}{}.{c}", b.len()))
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("[.]".to_string()),
        Just(" dot ".to_string()),
        Just("hxxp://".to_string()),
        Just("a.b@c.com".to_string()),
        Just("C:\\Users\\x.exe".to_string()),
        Just("HKLM\\Software\\".to_string()),
        Just("d41d8cd98f00b204e9800998ecf8427f".to_string()),
        Just("\n\n".to_string()),
        Just("|\t".to_string()),
        Just("%2e".to_string()),
        Just("::1".to_string()),
        Just("service named \u{201c}".to_string()),
        Just("cmd /c ".to_string()),
        Just("é“”…".to_string()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn defanged_names_come_back(name in name(), mark in prop_oneof![Just("[.]"), Just("(.)"), Just("[dot]"), Just(" [.] "), Just("{.}")]) {
        let text = format!("Traffic to {} was seen", name.replace('.', mark));
        prop_assert!(common::values(&text).contains(&("domain".to_string(), name)));
    }

    #[test]
    fn spans_cut_the_original(text in soup()) {
        let found = common::extract(&text);
        let spans = found.indicators.iter().flat_map(|one| &one.spans).chain(found.rejections.iter().map(|one| &one.span)).chain(found.observations.iter().flat_map(|one| &one.spans)).chain(found.relations.iter().flat_map(|one| &one.spans));
        for span in spans {
            prop_assert!(span.start < span.end && span.end as usize <= text.len());
            prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
        }
        for indicator in &found.indicators {
            prop_assert!(!indicator.value.is_empty() && !indicator.spans.is_empty() && !indicator.reasons.is_empty());
            prop_assert!(indicator.spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }

    #[test]
    fn the_order_of_articles_never_matters(first in soup(), second in soup()) {
        let alone = format!("{:?}", common::extract(&second));
        common::extract(&first);
        prop_assert_eq!(format!("{:?}", common::extract(&second)), alone);
    }

    #[test]
    fn unrelated_text_changes_nothing(name in name(), octet in 1u8..250) {
        let core = format!("The backdoor connects to {} and to 45.141.87.{octet}.", name.replace('.', "[.]"));
        let prose = "The weather in the north was mild this year. People went outside and the harvest was good.";
        let alone = common::values(&core);
        prop_assert_eq!(common::values(&format!("{prose}\n\n{core}")), alone.clone());
        prop_assert_eq!(common::values(&format!("{core}\n\n{prose}")), alone);
    }
}

//! Finds serial numbers of USB devices: what follows the words "USB serial", where it looks like one.

use huntsmith_sdk::extractor::*;

pub struct UsbSerial;

/// What an author writes before a serial number.
const CUE: &str = "usb serial ";

impl Extractor for UsbSerial {
    fn extract(_ctx: &Context, article: &Article) -> Result<Extraction, PluginError> {
        let text = &article.content.text;
        // Only ASCII letters change, so that offsets stay those of the text.
        let lower = text.to_ascii_lowercase();
        let mut found = Extraction { indicators: vec![], observations: vec![], relations: vec![], rejections: vec![] };
        for (cue, _) in lower.match_indices(CUE) {
            let start = cue + CUE.len();
            let length = text[start..].bytes().take_while(u8::is_ascii_alphanumeric).count();
            let span = Span { start: start as u32, end: (start + length) as u32 };
            let value = text[start..start + length].to_ascii_uppercase();
            if length == 0 {
                continue;
            }
            // Nothing is dropped without a reason.
            if length < 8 || !value.bytes().any(|b| b.is_ascii_digit()) {
                let reason = "not-a-serial".into();
                found.rejections.push(Rejection { kind: KIND.into(), value, span, reason, properties: vec![] });
                continue;
            }
            match found.indicators.iter_mut().find(|indicator| indicator.value == value) {
                Some(known) => known.spans.push(span),
                None => found.indicators.push(indicator(value, span)),
            }
        }
        Ok(found)
    }
}

const KIND: &str = "usb_serial";

fn indicator(value: String, span: Span) -> Indicator {
    Indicator {
        kind: KIND.into(),
        value,
        parts: vec![],
        spans: vec![span],
        defanged: false,
        role: "attacker".into(),
        confidence: 80,
        reasons: vec!["stated".into()],
        properties: vec![],
    }
}

huntsmith_sdk::export_extractor!(UsbSerial);

#[cfg(test)]
mod tests {
    use super::*;

    fn extract(text: &str) -> Extraction {
        let content = huntsmith_sdk::article::Content {
            title: None,
            published: None,
            language: None,
            text: text.into(),
            blocks: vec![],
            links: vec![],
            properties: vec![],
        };
        let (id, source, url) = (String::new(), String::new(), String::new());
        let article = Article { id, source, url, content, facts: vec![], properties: vec![] };
        let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
        UsbSerial::extract(&ctx, &article).unwrap()
    }

    #[test]
    fn a_serial_is_found_where_it_stands() {
        let text = "The drop had USB serial 4c530001230412. USB serial unknown.";
        let found = extract(text);
        assert_eq!(found.indicators[0].value, "4C530001230412");
        let span = found.indicators[0].spans[0];
        assert_eq!(&text[span.start as usize..span.end as usize], "4c530001230412");
        assert_eq!(found.rejections[0].reason, "not-a-serial");
    }
}

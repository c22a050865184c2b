//! Which language a text is in, where nothing declares it.

use crate::prose::Prose;
use whatlang::{Detector, Lang};

/// Bytes of prose that are looked at: more costs more and says no more.
const LOOKED_AT: usize = 1_000;
/// Letters below which nothing is said: names and values alone look like any language.
const LETTERS: usize = 60;

/// Languages that reports are written in, with their BCP 47 codes. The shorter the list, the surer a verdict.
const LANGUAGES: [(Lang, &str); 30] = [
    (Lang::Ara, "ar"),
    (Lang::Bul, "bg"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hun, "hu"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Slk, "sk"),
    (Lang::Spa, "es"),
    (Lang::Swe, "sv"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Vie, "vi"),
];

/// The language of a text's sentences (BCP 47), by their letters and trigrams. None where they are few or could be of
/// several; tables, listings and headings are not looked at.
pub fn recognise(prose: &Prose) -> Option<String> {
    let mut sample = String::new();
    for block in prose.blocks.iter().filter(|block| matches!(block.kind.as_str(), "paragraph" | "list-item" | "quote"))
    {
        let text = &prose.text[block.span.start as usize..block.span.end as usize];
        // Words with digits, dots or slashes are values.
        let words =
            text.split_whitespace().filter(|word| !word.trim_end_matches(['.', ',', ':']).contains(is_of_values));
        for word in words {
            sample.push_str(word);
            sample.push(' ');
        }
        if sample.len() >= LOOKED_AT {
            break;
        }
    }
    sample.truncate(sample.floor_char_boundary(LOOKED_AT));
    if sample.chars().filter(|c| c.is_alphabetic()).count() < LETTERS {
        return None;
    }
    let found = Detector::with_allowlist(LANGUAGES.map(|(language, _)| language).to_vec()).detect(&sample)?;
    let (_, code) = LANGUAGES.iter().find(|(language, _)| *language == found.lang())?;
    found.is_reliable().then(|| (*code).to_string())
}

fn is_of_values(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '/' | '\\' | '_' | '@' | '=')
}

#[cfg(test)]
mod tests {
    use super::recognise;
    use crate::prose::Writer;

    fn of(text: &str) -> Option<String> {
        let mut writer = Writer::default();
        writer.text(text);
        recognise(&writer.finish())
    }

    #[test]
    fn sentences_show_their_language() {
        for (text, code) in [
            (
                "The attackers sent a mail with a link to an archive, and whoever opened it started a loader from 198.51.100.7.",
                "en",
            ),
            (
                "Die Angreifer verschickten eine Nachricht mit einem Link auf ein Archiv, und wer es öffnete, startete einen Loader.",
                "de",
            ),
            (
                "Les attaquants ont envoyé un courriel avec un lien vers une archive, qui lançait ensuite un chargeur.",
                "fr",
            ),
            (
                "Los atacantes enviaron un correo con un enlace a un archivo comprimido que después iniciaba un cargador.",
                "es",
            ),
            ("Злоумышленники рассылали письма со ссылкой на архив, и при его открытии запускался загрузчик.", "ru"),
            (
                "Зловмисники надсилали листи з посиланням на архів, і під час його відкриття запускався завантажувач.",
                "uk",
            ),
            (
                "攻击者发送了带有压缩包链接的电子邮件，受害者打开压缩包之后就会启动加载程序，随后下载第二阶段的恶意代码，并在系统中创建计划任务以便长期驻留。",
                "zh",
            ),
            (
                "攻撃者はアーカイブへのリンクを含むメールを送信し、それを開くとローダーが起動して、第二段階のマルウェアがダウンロードされました。タスクも登録されます。",
                "ja",
            ),
        ] {
            assert_eq!(of(text).as_deref(), Some(code), "{text}");
        }
    }

    #[test]
    fn what_is_no_sentence_shows_none() {
        for text in [
            "",
            "evil.example 198.51.100.7 C:\\Temp\\a.exe d41d8cd98f00b204e9800998ecf8427e",
            "Loader campaign",
            "CVE-2024-3094 CVE-2024-3400 CVE-2023-4966 CVE-2021-44228 CVE-2020-5902 CVE-2019-19781 CVE-2018-13379",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}

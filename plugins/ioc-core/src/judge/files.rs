//! Digests, file names, paths, keys, and everything else that is found on a host.

use super::{Judge, Judgement, Place, role};
use crate::codes::{reason, turned};
use crate::cues::Cues;
use crate::found::{Doubt, Found};
use crate::kinds::{
    authentihash, certificate_serial, certificate_thumbprint, file_name, file_path, imphash, ja3, ja3s, registry_key,
};
use crate::known::Lists;

impl Judge<'_> {
    /// Values that have a form or a label of their own: whose they are is for the context to say.
    pub(super) fn named(
        &mut self,
        found: &Found,
        place: &Place,
        at: (usize, usize),
    ) -> Result<Judgement, &'static str> {
        let attack = place.sentence.has(Cues::ATTACK);
        let needs_context = matches!(found.kind, "process_name" | "service_name" | "android_package" | "package");
        // `Service Name: WinUpd32` in a report of an attack.
        let announced = found.kind == "android_package" && place.label.has(Cues::APPLICATION);
        let shown = needs_context && (announced || self.is_data(at)) && self.article_attack();
        if !place.announced() && !attack && !shown && (needs_context || place.sentence.has(Cues::DEFENCE)) {
            return Err(if found.kind == "android_package" {
                turned::CODE_IDENTIFIER
            } else {
                turned::NO_ATTACKER_CONTEXT
            });
        }
        let mut judgement = host_artefact(found, place);
        if shown && judgement.reasons == [reason::NO_CONTEXT] {
            (judgement.role, judgement.reasons) = (role::ATTACKER, vec![reason::SHOWN_AS_DATA]);
        }
        if matches!(found.kind, "btc" | "eth" | "ltc" | "xmr" | "doge" | "dash" | "trx") {
            judgement.confidence = judgement.confidence.max(80);
            judgement.reasons.push(reason::CHECKSUM);
        }
        Ok(judgement)
    }

    pub(super) fn digest(&mut self, found: &Found, place: &Place, start: usize) -> Result<Judgement, &'static str> {
        let lists = self.known.digest(&found.value);
        for (list, code) in [
            (Lists::EMPTY_INPUT, turned::EMPTY_HASH),
            (Lists::TEST_FILE, turned::TEST_FILE),
            (Lists::CLEAN_FILE, turned::CLEAN_HASH),
        ] {
            if lists.has(list) {
                return Err(code);
            }
        }
        let announced = place.announced();
        if found.kind == "sha1" && self.is_revision(start) {
            return Err(turned::GIT_COMMIT);
        }
        if found.kind == "sha1"
            && !announced
            && (place.label.has(Cues::COMMIT) || place.sentence.has(Cues::COMMIT) && !place.sentence.has(Cues::ATTACK))
        {
            return Err(turned::GIT_COMMIT);
        }
        if found.kind == "md5" && self.is_session(start) {
            return Err(turned::UUID);
        }
        if found.kind == "md5" && !announced && place.label.has(Cues::UUID) {
            return Err(turned::UUID);
        }
        let mut reasons = Vec::new();
        let mut confidence = 60i32;
        if place.in_list {
            reasons.push(if place.in_row { reason::IOC_TABLE } else { reason::IOC_LIST });
            confidence += 20;
        }
        if place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) {
            reasons.push(reason::IOC_SECTION);
            confidence += 15;
        }
        if place.sentence.has(Cues::ATTACK) {
            reasons.push(reason::ATTACK_SENTENCE);
            confidence += 10;
        }
        let mut role = if reasons.is_empty() { role::UNKNOWN } else { role::ATTACKER };
        if place.legitimate {
            role = role::TOOL;
            reasons.insert(0, reason::LEGITIMATE_SENTENCE);
            confidence -= 20;
        } else if place.sentence.has(Cues::CHECKSUM) && !(announced && self.article_attack()) {
            role = role::REFERENCE;
            confidence -= 20;
        }
        if found.doubt == Some(Doubt::AsName) {
            role = role::UNKNOWN;
            reasons.insert(0, reason::INSIDE_URL);
            confidence = 40;
        }
        if reasons.is_empty() {
            reasons.push(reason::NO_CONTEXT);
        }
        let confidence = confidence.clamp(5, 98) as u8;
        Ok(Judgement { kind: digest_of(found, place), role, confidence, reasons })
    }

    /// `JSESSIONID=…`, `csrf_token=…`: what a server made up for one visit.
    fn is_session(&self, start: usize) -> bool {
        const KEYS: [&str; 4] = ["session", "sessid", "token", "csrf"];
        let before = &self.text.as_bytes()[start.saturating_sub(24)..start];
        let Some(key) = before.strip_suffix(b"=") else { return false };
        let length = key.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let key = key[key.len() - length..].to_ascii_lowercase();
        KEYS.iter().any(|known| memchr::memmem::find(&key, known.as_bytes()).is_some())
    }

    /// `owner/action@<revision>`, `/commit/<revision>`: how repositories are pinned and their pages addressed.
    fn is_revision(&self, start: usize) -> bool {
        const PARTS: [&str; 7] = ["/commit/", "/commits/", "/blob/", "/tree/", "/raw/", "/compare/", "/archive/"];
        let before = &self.text.as_bytes()[start.saturating_sub(12)..start];
        let pinned = before.strip_suffix(b"@").and_then(|rest| rest.last()).is_some_and(u8::is_ascii_alphanumeric);
        pinned || PARTS.iter().any(|part| before.ends_with(part.as_bytes()))
    }

    pub(super) fn file_name(&self, found: &Found, place: &Place) -> Result<Judgement, &'static str> {
        if found.doubt == Some(Doubt::Product) && !place.in_row && !place.beside_digest {
            return Err(turned::PRODUCT_NAME);
        }
        if !place.in_row && !place.beside_digest && file_name::looks_like_name_space(&found.value) {
            return Err(turned::CODE_IDENTIFIER);
        }
        if place.heading.has(Cues::EXTENSIONS) {
            return Err(turned::LIST_OF_EXTENSIONS);
        }
        let own = if file_name::is_disguised(&found.value) {
            Some(reason::DOUBLE_ENDING)
        } else if place.beside_digest && !place.sentence.has(Cues::CHECKSUM) {
            Some(reason::BESIDE_DIGEST)
        } else {
            None
        };
        let announced = place.heading.has(Cues::IOC)
            || place.header.has(Cues::IOC)
            || place.in_list && place.label.or(place.column).has(Cues::FILE);
        if !announced && own.is_none() && !place.sentence.has(Cues::ATTACK) {
            return Err(turned::NO_ATTACKER_CONTEXT);
        }
        let mut judgement = host_artefact(found, place);
        if let Some(own) = own {
            if judgement.reasons == [reason::NO_CONTEXT] {
                judgement.reasons.clear();
                judgement.role = role::ATTACKER;
            }
            judgement.reasons.push(own);
            judgement.confidence = (judgement.confidence + 15).min(95);
        }
        Ok(judgement)
    }
}

/// What a digest is of: its label or the header of its column says.
fn digest_of(found: &Found, place: &Place) -> &'static str {
    let said = place.label.or(place.column);
    let in_pairs = found.properties.iter().any(|(name, _)| *name == "pairs");
    let kind = found.kind;
    if imphash::is_meant(kind, said) {
        "imphash"
    } else if ja3s::is_meant(kind, said) {
        "ja3s"
    } else if ja3::is_meant(kind, said) {
        "ja3"
    } else if authentihash::is_meant(kind, said) {
        "authentihash"
    } else if certificate_thumbprint::is_meant(kind, said, in_pairs) {
        "certificate_thumbprint"
    } else if certificate_serial::is_meant(kind, said) {
        "certificate_serial"
    } else {
        kind
    }
}

/// Files, paths and keys: an attacker's where the article says so of them.
pub(super) fn host_artefact(found: &Found, place: &Place) -> Judgement {
    let mut reasons = Vec::new();
    let mut confidence = 45i32;
    if place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) {
        reasons.push(reason::IOC_SECTION);
        confidence += 20;
    }
    if place.sentence.has(Cues::ATTACK) {
        reasons.push(reason::ATTACK_SENTENCE);
        confidence += 15;
    }
    let mut role = if reasons.is_empty() { role::UNKNOWN } else { role::ATTACKER };
    let name =
        found.parts.iter().find(|(name, _)| *name == "name").map_or(found.value.as_str(), |(_, value)| value.as_str());
    if place.sentence.has(Cues::DEFENCE) && !place.in_list && role == role::ATTACKER {
        role = role::UNKNOWN;
        reasons.insert(0, reason::DEFENDERS_SENTENCE);
        confidence -= 15;
    }
    if found.kind == "file_path" && file_path::is_everybodys(&found.value)
        || found.kind == "registry_key" && registry_key::is_everybodys(&found.value)
    {
        role = role::UNKNOWN;
        reasons.insert(0, reason::EVERYBODYS_DIRECTORY);
    } else if found.kind != "registry_key"
        && file_name::is_system_component(name)
        && (found.kind != "file_path" || file_path::is_systems(&found.value))
    {
        role = role::TOOL;
        reasons.insert(0, reason::SYSTEM_COMPONENT);
    } else if place.legitimate {
        role = role::TOOL;
        reasons.insert(0, reason::LEGITIMATE_SENTENCE);
    }
    if reasons.is_empty() {
        reasons.push(reason::NO_CONTEXT);
    }
    Judgement { kind: found.kind, role, confidence: confidence.clamp(5, 95) as u8, reasons }
}

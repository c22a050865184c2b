//! Whether a place states that something happened, by its section and the author's stance.

use crate::evidence::Place;
use huntsmith_text::{Layout, Section, Stance, aside, narrates, stance, tells_of_own_acts};

/// Why a technique named at byte `at` of the text, in `place`, is not stated; `None`: it is.
pub fn refusal(text: &str, layout: &Layout, place: &Place, at: usize) -> Option<&'static str> {
    let section = layout.units[place.unit].section;
    if section == Section::References {
        return Some("reference-list");
    }
    if section == Section::Product {
        return Some("product-text");
    }
    if section == Section::Forecast {
        return Some("hypothetical");
    }
    if layout.cell_advises(text, place.unit) {
        return Some("advice-only");
    }
    let lower = text[place.range.clone()].to_ascii_lowercase();
    let attackers_list = || layout.lists_attackers_acts(text, place.unit);
    let told = stance(&lower, at.saturating_sub(place.range.start), attackers_list);
    if told == Stance::Negated {
        return Some("negated");
    }
    if place.bare {
        return (section == Section::Advice).then_some("advice-only");
    }
    let acts = narrates(&lower) || attackers_list();
    if told == Stance::Advice || section == Section::Advice && !acts {
        return Some("advice-only");
    }
    let own = || tells_of_own_acts(&lower) && layout.tells_of_a_trial(text);
    let mentioned = || !narrates(&lower) && layout.tells_of_attack_itself(text);
    aside(&lower).or_else(|| own().then_some("simulated")).or_else(|| mentioned().then_some("mentioned-only"))
}

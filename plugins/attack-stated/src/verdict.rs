//! Whether a place states that something happened, by its section and the author's stance.

use crate::evidence::Place;
use huntsmith_text::{Layout, Section, Stance, Told};

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
    let told = Told::of(&text[place.range.clone()]);
    let attackers_list = || layout.lists_attackers_acts(text, place.unit);
    let stance = told.stance(at.saturating_sub(place.range.start), attackers_list);
    if stance == Stance::Negated {
        return Some("negated");
    }
    if place.bare {
        return (section == Section::Advice).then_some("advice-only");
    }
    if stance == Stance::Advice || section == Section::Advice && !(told.narrates() || attackers_list()) {
        return Some("advice-only");
    }
    let own = || told.tells_of_own_acts() && layout.tells_of_a_trial(text);
    let mentioned = || !told.narrates() && layout.tells_of_attack_itself(text);
    told.aside().or_else(|| own().then_some("simulated")).or_else(|| mentioned().then_some("mentioned-only"))
}

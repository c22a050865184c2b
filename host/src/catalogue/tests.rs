//! What ships: every hunt is whole, is proved by its events, and says the same as another evaluator where one can.

use super::classes::EventTable;
use super::evaluate::Known;
use super::*;
use crate::attack::Knowledge;
use crate::kinds::Kinds;
use crate::pipeline::PhaseTable;
use rsigma_eval::event::JsonEvent;
use rsigma_eval::{CorrelationConfig, CorrelationEngine};

fn frame() -> Frame {
    Frame { phases: PhaseTable::shipped(), window: crate::model::Window::LastSeconds(2_592_000) }
}

fn shipped() -> Catalogue {
    let (catalogue, errors) = Catalogue::shipped(&Data::shipped(), &frame());
    assert!(errors.is_empty(), "{errors:#?}");
    catalogue
}

#[test]
fn every_file_of_the_folder_ships() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/hunts");
    let files = files_of(&folder).unwrap();
    let names: Vec<String> =
        files.iter().map(|file| format!("hunts/{}", file.file_name().unwrap().display())).collect();
    let shipped: Vec<&str> = Data::names().into_iter().filter(|name| name.starts_with(SHIPPED)).collect();
    assert_eq!(names, shipped);
}

#[test]
fn every_hunt_says_all_that_a_reader_needs() {
    let catalogue = shipped();
    assert!(catalogue.entries().len() >= 40, "{}", catalogue.entries().len());
    let namespace = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, b"huntsmith:hunt");
    let mut ids = std::collections::BTreeSet::new();
    let mut phases = std::collections::BTreeSet::new();
    for entry in catalogue.entries() {
        let (name, hunt) = (entry.name(), &entry.hunt);
        let id = uuid::Uuid::new_v5(&namespace, name.as_bytes()).to_string();
        assert_eq!(hunt.source.as_deref(), Some(id.as_str()), "{name}: an id is made of the name");
        assert!(ids.insert(&hunt.id), "{name}");
        assert_eq!(hunt.author.as_deref(), Some("huntsmith"), "{name}");
        assert_eq!(hunt.license.as_deref(), Some("Apache-2.0 OR MIT"), "{name}");
        assert!(hunt.level.is_some() && hunt.status.is_some() && hunt.description.len() > 80, "{name}");
        assert!(
            !hunt.false_positives.is_empty() && !hunt.references.is_empty() && !entry.telemetry.is_empty(),
            "{name}"
        );
        assert!(!hunt.techniques.is_empty(), "{name}");
        let of = |id: &String| {
            let known = Knowledge::shipped().technique(id.parse().unwrap());
            let known = known.unwrap_or_else(|| panic!("{name}: {id} is no technique"));
            frame().phases.of(id, &known.tactics).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let shown: Vec<String> = hunt.techniques.iter().flat_map(of).collect();
        assert!(shown.contains(&hunt.phase), "{name}: {} is none of {shown:?}", hunt.phase);
        phases.insert(hunt.phase.clone());
    }
    assert_eq!(phases.into_iter().collect::<Vec<_>>(), ["c2", "delivery", "exploit", "install", "objectives", "recon"]);
}

#[test]
fn every_hunt_is_proved_by_its_events_down_to_each_node() {
    let kinds = Kinds::parse(include_str!("../../../data/kinds.toml")).unwrap();
    let events = EventTable::shipped();
    let known = Known { events: &events, kinds: &kinds };
    let mut told = Vec::new();
    for entry in shipped().entries() {
        let proof = prove(entry, known);
        assert!(proof.mutants > 0, "{}", entry.name());
        told.extend(proof.problems.iter().map(|problem| format!("{}: {problem}", entry.name())));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Another implementation of Sigma, over the same events.
#[test]
fn sigma_rules_have_the_verdicts_of_another_evaluator() {
    let (mut rules, mut correlations) = (0, 0);
    for entry in shipped().entries() {
        let Some(text) = &entry.sigma else { continue };
        let collection = rsigma_parser::parse_sigma_yaml(text).unwrap();
        let correlated = !entry.hunt.correlations.is_empty();
        let cases = entry.cases().unwrap();
        for (case, expected) in cases.all() {
            // State of its own for each case.
            let mut engine = CorrelationEngine::new(CorrelationConfig::default());
            engine.add_collection(&collection).unwrap();
            let found = case.json.iter().filter(|event| {
                let mut event = (*event).clone();
                event.remove("class");
                let at = event.get("Timestamp").and_then(super::evaluate::seconds).unwrap_or_default() as i64;
                let event = JsonEvent::owned(serde_json::Value::Object(event));
                let results = engine.process_event_at(&event, at);
                results.iter().any(|result| result.is_correlation() == correlated)
            });
            assert_eq!(found.count() > 0, expected, "{}: {}", entry.name(), case.name);
        }
        *if correlated { &mut correlations } else { &mut rules } += cases.all().count();
    }
    assert!(rules > 100 && correlations > 10, "{rules} {correlations}");
}

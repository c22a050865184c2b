//! Bundles in the shape in which MITRE publishes Enterprise ATT&CK, made of the data that ships: they come back as they
//! went in, in the form of version 18 and in that of the versions before it, under other names of tactics too.

use super::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const IDENTITY: &str = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";
const MARKING: &str = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168";

/// How log sources are told.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Detection strategies, analytics and their log sources.
    V18,
    /// A detection text, and data components of data sources.
    V14,
}

/// A bundle while it is written.
struct Official {
    form: Form,
    objects: Vec<Value>,
    related: usize,
}

/// The same id for the same name.
fn id(kind: &str, name: &str) -> String {
    format!("{kind}--{}", uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, format!("{kind} {name}").as_bytes()))
}

fn page(path: &str, external: &str) -> Value {
    json!([
        {"source_name": "mitre-attack", "url": format!("https://attack.mitre.org/{path}/{external}"), "external_id": external},
        {"source_name": "Someone 2020", "description": "Someone. (2020). A report.", "url": "https://example.com/report"},
    ])
}

impl Official {
    /// An object with what every object has.
    fn add(&mut self, kind: &str, name: &str, own: Value) -> String {
        let id = id(kind, name);
        let mut object = json!({
            "type": kind, "spec_version": "2.1", "id": id, "name": name, "created": "2020-01-14T17:18:32.126Z",
            "modified": "2025-10-24T17:48:19.059Z", "created_by_ref": IDENTITY, "object_marking_refs": [MARKING],
            "revoked": false, "x_mitre_deprecated": false, "x_mitre_version": "1.1",
            "x_mitre_attack_spec_version": if self.form == Form::V18 { "3.3.0" } else { "3.2.0" },
            "x_mitre_modified_by_ref": IDENTITY, "x_mitre_domains": ["enterprise-attack"],
        });
        object.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        self.objects.push(object);
        id
    }

    fn relate(&mut self, kind: &str, from: &str, to: &str, description: &str) {
        self.related += 1;
        self.objects.push(json!({
            "type": "relationship", "spec_version": "2.1", "id": id("relationship", &self.related.to_string()),
            "created": "2020-01-14T17:18:32.126Z", "modified": "2025-04-16T20:37:22.405Z", "relationship_type": kind,
            "description": description, "source_ref": from, "target_ref": to, "created_by_ref": IDENTITY,
            "object_marking_refs": [MARKING], "x_mitre_deprecated": false, "x_mitre_attack_spec_version": "3.2.0",
        }));
    }

    /// The bundle of what is known; `tactic` names each tactic anew.
    fn bundle(knowledge: &Knowledge, form: Form, version: &str, tactic: impl Fn(&str) -> (String, String)) -> Vec<u8> {
        let mut bundle = Self { form, objects: Vec::new(), related: 0 };
        bundle.objects.push(json!({"type": "identity", "spec_version": "2.1", "id": IDENTITY,
            "identity_class": "organization", "name": "The MITRE Corporation", "x_mitre_domains": ["enterprise-attack"]}));
        bundle.objects.push(json!({"type": "marking-definition", "spec_version": "2.1", "id": MARKING,
            "definition_type": "statement", "definition": {"statement": "Copyright"}, "created_by_ref": IDENTITY}));
        bundle.tactics(knowledge, &tactic);
        let named = bundle.named(knowledge);
        let mitigations = bundle.mitigations(knowledge);
        let components = bundle.components(knowledge);
        let patterns: BTreeMap<TechniqueId, String> =
            knowledge.techniques().map(|technique| (technique.id, bundle.technique(technique, &tactic))).collect();
        for technique in knowledge.techniques() {
            let pattern = &patterns[&technique.id];
            if let Some(parent) = technique.id.parent() {
                bundle.relate("subtechnique-of", pattern, &patterns[&parent], "");
            }
            for mitigation in &technique.mitigations {
                bundle.relate(
                    "mitigates",
                    &mitigations[mitigation.as_str()],
                    pattern,
                    "Use it.(Citation: Someone 2020)",
                );
            }
            bundle.detect(technique, pattern, &components);
            for sentence in knowledge.procedures(technique.id) {
                let by = named.iter().find(|(alias, _)| sentence.starts_with(alias.as_str()));
                let (alias, source) = by.unwrap_or(&named[0]);
                let told = match sentence.strip_prefix(alias.as_str()) {
                    Some(rest) => {
                        format!("[{alias}](https://attack.mitre.org/groups/G0001){rest}(Citation: Someone 2020)")
                    }
                    None => format!("{sentence}(Citation: Someone 2020)(Citation: Other)"),
                };
                bundle.relate("uses", source, pattern, &told);
            }
        }
        for (old, new) in knowledge.revoked() {
            bundle.revoked(old, new, &patterns);
        }
        bundle.relics(patterns.values().next().unwrap());
        let contents: Vec<Value> = bundle
            .objects
            .iter()
            .map(|o| json!({"object_ref": o["id"], "object_modified": "2025-10-24T17:48:19.059Z"}))
            .collect();
        bundle.add(
            "x-mitre-collection",
            "Enterprise ATT&CK",
            json!({"x_mitre_version": version, "x_mitre_contents": contents}),
        );
        let objects = bundle.objects;
        json!({"type": "bundle", "id": id("bundle", version), "objects": objects}).to_string().into_bytes()
    }

    fn tactics(&mut self, knowledge: &Knowledge, tactic: impl Fn(&str) -> (String, String)) {
        let known = knowledge.tactics().iter().map(|known| {
            let (code, name) = tactic(&known.code);
            let own = json!({"x_mitre_shortname": code, "description": "The adversary is trying to do so.",
                "external_references": page("tactics", known.id.as_deref().unwrap())});
            self.add("x-mitre-tactic", &name, own)
        });
        let refs: Vec<String> = known.collect();
        // The collection has the matrix of each domain that it was cut from.
        self.add(
            "x-mitre-matrix",
            "Enterprise ATT&CK",
            json!({"tactic_refs": refs,
            "external_references": page("matrices", "enterprise-attack")}),
        );
    }

    /// Groups, campaigns and software: their aliases, the longest first, with their objects' ids.
    fn named(&mut self, knowledge: &Knowledge) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for known in knowledge.named() {
            let (kind, path) = match known.kind {
                NamedKind::Group => ("intrusion-set", "groups"),
                NamedKind::Campaign => ("campaign", "campaigns"),
                // Half of the software is tools.
                NamedKind::Software if known.id.ends_with(['0', '2', '4', '6', '8']) => ("tool", "software"),
                NamedKind::Software => ("malware", "software"),
            };
            let aliases = if path == "software" { "x_mitre_aliases" } else { "aliases" };
            let object = self.add(
                kind,
                &known.name,
                json!({aliases: known.aliases, "description": "It is one.",
                "external_references": page(path, &known.id)}),
            );
            all.extend(known.aliases.iter().map(|alias| (alias.clone(), object.clone())));
        }
        all.sort_by_key(|(alias, _)| std::cmp::Reverse(alias.len()));
        all
    }

    fn mitigations<'k>(&mut self, knowledge: &'k Knowledge) -> BTreeMap<&'k str, String> {
        let names: BTreeSet<&str> = knowledge.techniques().flat_map(|t| &t.mitigations).map(String::as_str).collect();
        let numbered = names.into_iter().enumerate();
        let own =
            |number: usize| json!({"external_references": page("mitigations", &format!("M{:04}", 1013 + number))});
        numbered.map(|(number, name)| (name, self.add("course-of-action", name, own(number)))).collect()
    }

    /// Data components, by the name of their data source and their own.
    fn components<'k>(&mut self, knowledge: &'k Knowledge) -> BTreeMap<(&'k str, &'k str), String> {
        let logs = knowledge.techniques().flat_map(|t| &t.analytics).flat_map(|analytic| &analytic.logs);
        let pairs: BTreeSet<(&str, &str)> =
            logs.map(|log| (source_of(self.form, log), log.component.as_str())).collect();
        let mut all = BTreeMap::new();
        for (number, (source, component)) in pairs.into_iter().enumerate() {
            let external = page("datasources", &format!("DS{number:04}"));
            let relic = json!({"x_mitre_deprecated": self.form == Form::V18, "x_mitre_platforms": ["Windows"],
                "x_mitre_collection_layers": ["Host"], "external_references": external});
            let source_id = self.add("x-mitre-data-source", &format!("{source} {number}"), relic);
            self.objects.last_mut().unwrap()["name"] = source.into();
            let own = json!({"x_mitre_data_source_ref": source_id, "description": "It is logged.",
                "x_mitre_log_sources": [{"name": source, "channel": "None"}],
                "external_references": page("datacomponents", &format!("DC{number:04}"))});
            let object = self.add("x-mitre-data-component", &format!("{component} {number}"), own);
            self.objects.last_mut().unwrap()["name"] = component.into();
            all.insert((source, component), object);
        }
        all
    }

    fn technique(&mut self, technique: &Technique, tactic: impl Fn(&str) -> (String, String)) -> String {
        let phases: Vec<Value> = technique
            .tactics
            .iter()
            .rev()
            .map(|code| json!({"kill_chain_name": "mitre-attack", "phase_name": tactic(code).0}))
            .collect();
        let path = technique.id.to_string().replace('.', "/");
        let mut references = page("techniques", &technique.id.to_string());
        references[0]["url"] = format!("https://attack.mitre.org/techniques/{path}").into();
        let mut own = json!({
            "description": format!("{}(Citation: Someone 2020)", technique.description),
            "kill_chain_phases": phases, "x_mitre_platforms": technique.platforms, "x_mitre_detection": "",
            "x_mitre_is_subtechnique": technique.id.is_sub(), "x_mitre_remote_support": false,
            "x_mitre_contributors": ["Somebody, Somewhere"], "external_references": references,
        });
        if self.form == Form::V14 {
            own["x_mitre_detection"] = technique.analytics.first().map_or("", |analytic| &analytic.text).into();
            own["x_mitre_data_sources"] = json!(["Process: Process Creation"]);
        }
        self.add("attack-pattern", &technique.id.to_string(), own);
        self.objects.last_mut().unwrap()["name"] = technique.name.clone().into();
        id("attack-pattern", &technique.id.to_string())
    }

    fn detect(&mut self, technique: &Technique, pattern: &str, components: &BTreeMap<(&str, &str), String>) {
        if self.form == Form::V14 {
            for log in technique.analytics.iter().flat_map(|analytic| &analytic.logs) {
                let component = &components[&(source_of(self.form, log), log.component.as_str())];
                self.relate("detects", component, pattern, "Monitor for it.");
            }
            return;
        }
        let mut analytics = Vec::new();
        for (number, analytic) in technique.analytics.iter().enumerate() {
            let logs: Vec<Value> = analytic
                .logs
                .iter()
                .map(|log| {
                    let component = &components[&(source_of(self.form, log), log.component.as_str())];
                    let channel = log.channel.as_deref().unwrap_or("None");
                    json!({"x_mitre_data_component_ref": component, "name": log.name, "channel": channel})
                })
                .collect();
            analytics.push(self.add(
                "x-mitre-analytic",
                &format!("Analytic {} {number}", technique.id),
                json!({
                    "description": analytic.text, "x_mitre_platforms": analytic.platforms,
                    "x_mitre_log_source_references": logs,
                    "x_mitre_mutable_elements": [{"field": "TimeWindow", "description": "How long."}],
                    "external_references": page("detectionstrategies", &format!("AN{number:04}")),
                }),
            ));
        }
        let strategy = self.add(
            "x-mitre-detection-strategy",
            &format!("Detection Strategy for {}", technique.id),
            json!({
                "x_mitre_analytic_refs": analytics, "external_references": page("detectionstrategies", "DET0001"),
            }),
        );
        self.relate("detects", &strategy, pattern, "");
    }

    fn revoked(&mut self, old: TechniqueId, new: TechniqueId, patterns: &BTreeMap<TechniqueId, String>) {
        let own = json!({"revoked": true, "external_references": page("techniques", &old.to_string()),
            "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "a-tactic-of-old"}]});
        let from = self.add("attack-pattern", &old.to_string(), own);
        let to = patterns.get(&new).cloned().unwrap_or_else(|| id("attack-pattern", &new.to_string()));
        self.relate("revoked-by", &from, &to, "");
    }

    /// What a real bundle has beside: deprecated and revoked objects of every kind, and those of other domains.
    fn relics(&mut self, pattern: &str) {
        let gone = |path: &str, external: &str| json!({"x_mitre_deprecated": true, "external_references": page(path, external)});
        let technique = self.add("attack-pattern", "Two-Factor Interception of Old", gone("techniques", "T1998"));
        let mitigation = self.add("course-of-action", "Two-Factor Mitigation", gone("mitigations", "T1111"));
        self.relate("mitigates", &mitigation, pattern, "");
        self.relate("mitigates", &mitigation, &technique, "");
        let mut revoked = gone("groups", "G0999");
        (revoked["revoked"], revoked["x_mitre_deprecated"]) = (true.into(), false.into());
        let group = self.add("intrusion-set", "Group of Old", revoked);
        self.relate(
            "uses",
            &group,
            &technique,
            "[Group of Old](https://attack.mitre.org/groups/G0999) did so at a time long ago.",
        );
        self.add(
            "x-mitre-asset",
            "Control Server",
            json!({"x_mitre_domains": ["ics-attack"], "external_references": page("assets", "A0007")}),
        );
        let tactic = json!({"x_mitre_shortname": "tactic-of-old", "x_mitre_deprecated": true, "external_references": page("tactics", "TA0099")});
        self.add("x-mitre-tactic", "Tactic of Old", tactic);
        self.add("x-mitre-matrix", "Matrix of Old", gone("matrices", "pre-attack"));
    }
}

/// The data source's name: in the old form its component's first word, as `File` of `File Creation`.
fn source_of(form: Form, log: &LogSource) -> &str {
    match form {
        Form::V18 => "Data Source",
        Form::V14 => log.component.split(' ').next().unwrap_or_default(),
    }
}

fn same(code: &str) -> (String, String) {
    (code.to_owned(), Knowledge::shipped().tactic_name(code).to_owned())
}

fn with_own_name(known: &Named) -> Named {
    let mut known = known.clone();
    if !known.aliases.contains(&known.name) {
        known.aliases.insert(0, known.name.clone());
    }
    known
}

/// Log sources in one order.
fn in_order(technique: &Technique) -> Technique {
    let mut technique = technique.clone();
    for analytic in &mut technique.analytics {
        analytic.logs.sort_by(|a, b| (&a.component, &a.name, &a.channel).cmp(&(&b.component, &b.name, &b.channel)));
    }
    technique
}

#[test]
fn what_ships_comes_back_from_a_bundle_of_version_18() {
    let shipped = Knowledge::shipped();
    let knowledge = from_bundle(&Official::bundle(shipped, Form::V18, "18.1", same)).unwrap();
    assert_eq!(knowledge.version(), "18.1");
    assert_eq!(knowledge.tactics(), shipped.tactics());
    assert_eq!(knowledge.techniques().count(), 691);
    for (got, wanted) in knowledge.techniques().zip(shipped.techniques()) {
        assert_eq!(in_order(got), in_order(wanted));
        assert_eq!(knowledge.procedures(got.id), shipped.procedures(got.id), "{}", got.id);
    }
    // By id, and with their own name among those that they go by.
    let named = |of: &Knowledge| -> BTreeMap<String, Named> {
        of.named().iter().map(|known| (known.id.clone(), with_own_name(known))).collect()
    };
    assert!(named(&knowledge) == named(shipped), "groups and software");
    for (old, new) in shipped.revoked().filter(|(_, new)| shipped.technique(*new).is_some()) {
        let resolved = knowledge.resolve(&old.to_string()).unwrap();
        assert_eq!((resolved.id, resolved.was), (new, Some(old)));
    }
}

#[test]
fn a_bundle_of_version_14_gives_one_analytic_with_its_data_sources() {
    let shipped = Knowledge::shipped();
    let knowledge = from_bundle(&Official::bundle(shipped, Form::V14, "14.1", same)).unwrap();
    assert_eq!((knowledge.version(), knowledge.techniques().count()), ("14.1", 691));
    for (got, wanted) in knowledge.techniques().zip(shipped.techniques()) {
        assert_eq!(
            (&got.name, &got.description, &got.mitigations),
            (&wanted.name, &wanted.description, &wanted.mitigations)
        );
        let [analytic] = got.analytics.as_slice() else { panic!("{}: {:?}", got.id, got.analytics) };
        assert_eq!(analytic.platforms, wanted.platforms);
        assert_eq!(analytic.text, wanted.analytics.first().map_or("", |analytic| &analytic.text));
        let components: BTreeSet<&str> = analytic.logs.iter().map(|log| log.component.as_str()).collect();
        let known: BTreeSet<&str> =
            wanted.analytics.iter().flat_map(|a| &a.logs).map(|log| log.component.as_str()).collect();
        match known.is_empty() {
            // Its own list of data sources where no component detects it.
            true => assert_eq!(analytic.logs[0].name, "Process"),
            false => assert_eq!(components, known, "{}", got.id),
        }
        assert!(analytic.logs.iter().all(|log| log.channel.is_none() && log.component.starts_with(&log.name)));
    }
}

#[test]
fn tactics_under_other_names_reach_techniques_and_playbooks() {
    let shipped = Knowledge::shipped();
    let other = |code: &str| match code {
        "defense-evasion" => ("stealth".to_owned(), "Stealth".to_owned()),
        "command-and-control" => ("remote-control".to_owned(), "Remote Control".to_owned()),
        code => same(code),
    };
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("enterprise-attack.json");
    std::fs::write(&bundle, Official::bundle(shipped, Form::V18, "19.0", other)).unwrap();
    update(folder.path(), &bundle).unwrap();
    let knowledge = load(folder.path()).unwrap();
    assert_eq!(knowledge.version(), "19.0");
    assert_eq!(knowledge.technique("T1071.001".parse().unwrap()).unwrap().tactics, ["remote-control"]);
    assert_eq!(knowledge.tactics()[6].name, "Stealth");
    for technique in knowledge.techniques() {
        let playbook = crate::playbook::compose(&knowledge, technique.id, None, None).unwrap();
        let tactics: Vec<&str> = technique.tactics.iter().map(|code| knowledge.tactic_name(code)).collect();
        assert_eq!(playbook.rows[0].text, tactics.join(", "));
    }
}

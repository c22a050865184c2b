//! From the hunt plan of `model/` to the contract's, in the arena of the call.

use super::generated::huntsmith::hunt::plan;
use super::lower::Lowering;
use crate::model;

impl<'a> Lowering<'a> {
    pub fn hunts(&self, hunts: &'a [model::Hunt]) -> &'a [plan::Hunt<'a>] {
        self.list(hunts, |hunt| self.hunt(hunt))
    }

    fn hunt(&self, hunt: &'a model::Hunt) -> plan::Hunt<'a> {
        plan::Hunt {
            id: self.text(&hunt.id),
            title: self.text(&hunt.title),
            description: self.text(&hunt.description),
            author: self.maybe(&hunt.author),
            license: self.maybe(&hunt.license),
            level: self.maybe(&hunt.level),
            status: self.maybe(&hunt.status),
            source: self.maybe(&hunt.source),
            phase: self.text(&hunt.phase),
            confidence: self.text(&hunt.confidence),
            tlp: hunt.tlp.as_str(),
            techniques: self.texts(&hunt.techniques),
            searches: self.list(&hunt.searches, |search| self.search(search)),
            correlations: self.list(&hunt.correlations, |correlation| self.correlation(correlation)),
            stages: self.list(&hunt.stages, |stage| self.stage(stage)),
            window: match &hunt.window {
                model::Window::LastSeconds(seconds) => plan::Window::LastSeconds(*seconds),
                model::Window::Between(from, to) => plan::Window::Between((self.text(from), self.text(to))),
            },
            false_positives: self.texts(&hunt.false_positives),
            references: self.texts(&hunt.references),
            properties: self.properties(&hunt.properties),
        }
    }

    fn search(&self, search: &'a model::Search) -> plan::Search<'a> {
        plan::Search {
            name: self.text(&search.name),
            class: plan::EventClass {
                category: self.maybe(&search.class.category),
                product: self.maybe(&search.class.product),
                service: self.maybe(&search.class.service),
            },
            predicate: self.predicate(&search.predicate),
            fields: self.texts(&search.fields),
            properties: self.properties(&search.properties),
        }
    }

    fn predicate(&self, predicate: &'a model::Predicate) -> plan::Predicate<'a> {
        plan::Predicate { nodes: self.list(&predicate.nodes, |node| self.node(node)), root: predicate.root }
    }

    fn node(&self, node: &'a model::Node) -> plan::Node<'a> {
        match node {
            model::Node::All(children) => plan::Node::All(self.list(children, |child| *child)),
            model::Node::Any(children) => plan::Node::Any(self.list(children, |child| *child)),
            model::Node::Negate(child) => plan::Node::Negate(*child),
            model::Node::Test(test) => plan::Node::Test(plan::Test {
                field: self.text(&test.field),
                operator: operator(test.operator),
                values: self.values(&test.values),
                all: test.all,
                case_sensitive: test.case_sensitive,
                properties: self.properties(&test.properties),
            }),
            model::Node::Keywords(keywords) => plan::Node::Keywords(plan::Keywords {
                values: self.values(&keywords.values),
                all: keywords.all,
                properties: self.properties(&keywords.properties),
            }),
        }
    }

    fn values(&self, values: &'a [model::Value]) -> &'a [plan::Value<'a>] {
        self.list(values, |value| self.value(value))
    }

    fn value(&self, value: &'a model::Value) -> plan::Value<'a> {
        match value {
            model::Value::Text(text) => plan::Value::Text(self.text(text)),
            model::Value::Integer(number) => plan::Value::Integer(*number),
            model::Value::Float(number) => plan::Value::Float(*number),
            model::Value::Boolean(boolean) => plan::Value::Boolean(*boolean),
            model::Value::Null => plan::Value::Null,
            model::Value::Pattern(parts) => plan::Value::Pattern(self.list(parts, |part| match part {
                model::Part::Literal(text) => plan::Part::Literal(self.text(text)),
                model::Part::AnyRun => plan::Part::AnyRun,
                model::Part::AnyOne => plan::Part::AnyOne,
            })),
            model::Value::Regex(text) => plan::Value::Regex(self.text(text)),
            model::Value::Address(text) => plan::Value::Address(self.text(text)),
            model::Value::Network(text) => plan::Value::Network(self.text(text)),
            model::Value::Path(path) => plan::Value::Path(plan::Path {
                full: self.text(&path.full),
                directory: self.maybe(&path.directory),
                name: self.text(&path.name),
            }),
            model::Value::Registry(registry) => plan::Value::Registry(plan::Registry {
                hive: self.text(&registry.hive),
                key: self.text(&registry.key),
                value_name: self.maybe(&registry.value_name),
            }),
            model::Value::Url(url) => plan::Value::Url(plan::Url {
                full: self.text(&url.full),
                scheme: self.text(&url.scheme),
                host: self.text(&url.host),
                port: url.port,
                path: self.text(&url.path),
                query: self.maybe(&url.query),
            }),
            model::Value::Domain(domain) => plan::Value::Domain(plan::Domain {
                ascii: self.text(&domain.ascii),
                unicode: self.text(&domain.unicode),
                subdomains: domain.subdomains,
            }),
            model::Value::Digest(digest) => plan::Value::Digest(plan::Digest {
                algorithm: self.text(&digest.algorithm),
                hex: self.text(&digest.hex),
            }),
            model::Value::Field(text) => plan::Value::Field(self.text(text)),
            model::Value::ListReference(text) => plan::Value::ListReference(self.text(text)),
            model::Value::Placeholder(text) => plan::Value::Placeholder(self.text(text)),
        }
    }

    fn correlation(&self, correlation: &'a model::Correlation) -> plan::Correlation<'a> {
        plan::Correlation {
            name: self.text(&correlation.name),
            kind: self.text(&correlation.kind),
            inputs: self.list(&correlation.inputs, |input| match input {
                model::CorrelationInput::Search(index) => plan::Source::Search(*index),
                model::CorrelationInput::Correlation(index) => plan::Source::Correlation(*index),
            }),
            by: self.list(&correlation.by, |key| plan::GroupKey {
                name: self.text(&key.name),
                fields: self.texts(&key.fields),
            }),
            fields: self.texts(&correlation.fields),
            span_seconds: correlation.span_seconds,
            condition: correlation.condition.as_ref().map(|condition| self.predicate(condition)),
            properties: self.properties(&correlation.properties),
        }
    }

    fn stage(&self, stage: &'a model::Stage) -> plan::Stage<'a> {
        match stage {
            model::Stage::Aggregate(aggregate) => plan::Stage::Aggregate(plan::Aggregate {
                by: self.texts(&aggregate.by),
                bucket_seconds: aggregate.bucket_seconds,
                measures: self.list(&aggregate.measures, |measure| plan::Measure {
                    name: self.text(&measure.name),
                    function: self.text(&measure.function),
                    field: self.maybe(&measure.field),
                    argument: measure.argument,
                    where_: measure.filter.as_ref().map(|filter| self.predicate(filter)),
                }),
            }),
            model::Stage::Interval(interval) => {
                plan::Stage::Interval(plan::Interval { by: self.texts(&interval.by), name: self.text(&interval.name) })
            }
            model::Stage::Derive(derive) => plan::Stage::Derive(plan::Derive {
                name: self.text(&derive.name),
                function: self.text(&derive.function),
                fields: self.texts(&derive.fields),
            }),
            model::Stage::Keep(predicate) => plan::Stage::Keep(self.predicate(predicate)),
            model::Stage::Sort(keys) => plan::Stage::Sort(
                self.list(keys, |key| plan::SortKey { field: self.text(&key.field), descending: key.descending }),
            ),
            model::Stage::Limit(limit) => plan::Stage::Limit(*limit),
        }
    }
}

fn operator(operator: model::Operator) -> plan::Operator {
    match operator {
        model::Operator::Equals => plan::Operator::Equals,
        model::Operator::Contains => plan::Operator::Contains,
        model::Operator::StartsWith => plan::Operator::StartsWith,
        model::Operator::EndsWith => plan::Operator::EndsWith,
        model::Operator::Word => plan::Operator::Word,
        model::Operator::Like => plan::Operator::Like,
        model::Operator::Matches => plan::Operator::Matches,
        model::Operator::Within => plan::Operator::Within,
        model::Operator::Less => plan::Operator::Less,
        model::Operator::LessOrEqual => plan::Operator::LessOrEqual,
        model::Operator::Greater => plan::Operator::Greater,
        model::Operator::GreaterOrEqual => plan::Operator::GreaterOrEqual,
        model::Operator::Exists => plan::Operator::Exists,
    }
}

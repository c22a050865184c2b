"""Sigma by pySigma's parser and validators' model, and the specification's JSON schemas: `sigma_check.py SCHEMAS`."""

import json
import re
import sys

import jsonschema
import yaml
from common import check
from sigma.collection import SigmaCollection
from sigma.rule import SigmaRule
from sigma.types import SigmaString, SpecialChars

SCHEMAS = sys.argv[1]


def schema(name):
    with open(f"{SCHEMAS}/sigma-{name}-schema.json", encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file))


RULE, CORRELATION = schema("detection-rule"), schema("correlation-rules")


def judge(line):
    errors = []
    documents = list(yaml.safe_load_all(line["query"]))
    for document in documents:
        validator = CORRELATION if "correlation" in document else RULE
        errors += [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
    collection = SigmaCollection.from_yaml(line["query"])
    for rule in collection.rules:
        if isinstance(rule, SigmaRule):
            for condition in rule.detection.parsed_condition:
                condition.parse()
    return errors


def decode(text, literal):
    value = yaml.safe_load(text)
    if not isinstance(value, str) or literal["operator"] in ("word", "matches"):
        return str(value)
    parts = SigmaString(value).s
    wild = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    if any(part in wild for part in parts):
        # A pattern: judged by whether it finds its sample.
        return "^" + "".join(wild[part] if part in wild else re.escape(part) for part in parts) + "$"
    return "".join(parts)


check(judge, decode)

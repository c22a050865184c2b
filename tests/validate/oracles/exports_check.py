"""Exports of a folder of briefs: STIX bundles by OASIS's own library and pattern grammar, MISP events by PyMISP, types and
categories by MISP's describeTypes, layers by what the Navigator needs, tables by their columns. Exits with 1 on a failure."""

import csv
import glob
import json
import sys

import stix2
from pymisp import MISPEvent
from stix2patterns.validator import run_validator

folder = sys.argv[1]
failures = []
counted = {"bundles": 0, "patterns": 0, "events": 0, "attributes": 0, "layers": 0, "rows": 0}


def check(path, holds, what):
    if not holds:
        failures.append(f"{path}: {what}")


for path in sorted(glob.glob(f"{folder}/*.stix.json")):
    bundle = json.load(open(path, encoding="utf-8"))
    counted["bundles"] += 1
    try:
        stix2.parse(bundle, allow_custom=False)
    except Exception as error:
        failures.append(f"{path}: {error}")
    ids = {thing["id"] for thing in bundle["objects"]}
    for thing in bundle["objects"]:
        for name in ("created_by_ref", "object_refs", "object_marking_refs"):
            named = thing.get(name, [])
            named = [named] if isinstance(named, str) else named
            check(path, set(named) <= ids, f"{thing['id']} refers to what is not there")
        if thing["type"] == "indicator":
            counted["patterns"] += 1
            check(path, not run_validator(thing["pattern"], stix_version="2.1"), thing["pattern"])

for path in sorted(glob.glob(f"{folder}/*.misp.json")):
    event = MISPEvent()
    event.load_file(path)
    counted["events"] += 1
    known = event.describe_types["category_type_mappings"]
    for attribute in event.attributes:
        counted["attributes"] += 1
        check(path, attribute.type in known[attribute.category], f"no {attribute.type} in {attribute.category}")

for path in sorted(glob.glob(f"{folder}/*.layer.json")):
    layer = json.load(open(path, encoding="utf-8"))
    counted["layers"] += 1
    check(path, layer["versions"]["layer"] == "4.5" and layer["domain"] == "enterprise-attack", "not a layer 4.5")
    check(path, all(0 <= found["score"] <= 100 for found in layer["techniques"]), "a score is out of bounds")

for path in sorted(glob.glob(f"{folder}/*.csv")):
    rows = list(csv.reader(open(path, encoding="utf-8", newline=""), strict=True))
    counted["rows"] += len(rows) - 1
    check(path, all(len(row) == len(rows[0]) for row in rows), "rows of different lengths")
    check(path, not any(cell[:1] in "=+-@" for row in rows for cell in row if cell), "a cell begins a formula")

for kind in ("bundles", "events", "layers", "rows"):
    check(folder, counted[kind] > 0, f"no {kind}")
print(", ".join(f"{count} {name}" for name, count in counted.items()), file=sys.stderr)
print("\n".join(failures), end="\n" if failures else "", file=sys.stderr)
sys.exit(1 if failures else 0)

"""The catalogue's files: Sigma's by the specification's schemas and pySigma, the others by our own schema.
`catalogue_check.py HUNTS SCHEMAS OWN_SCHEMA`."""

import json
import pathlib
import sys

import jsonschema
import yaml
from sigma.collection import SigmaCollection

HUNTS, SCHEMAS, OWN = sys.argv[1:]


def schema(path):
    return jsonschema.Draft202012Validator(json.loads(pathlib.Path(path).read_text(encoding="utf-8")))


RULE = schema(f"{SCHEMAS}/sigma-detection-rule-schema.json")
CORRELATION = schema(f"{SCHEMAS}/sigma-correlation-rules-schema.json")
STAGED = schema(OWN)

failed, files = 0, sorted(pathlib.Path(HUNTS).glob("*.yml"))
for path in files:
    text = path.read_text(encoding="utf-8")
    documents = list(yaml.safe_load_all(text))
    staged = "searches" in documents[0]
    errors = []
    for document in documents:
        validator = STAGED if staged else CORRELATION if "correlation" in document else RULE
        errors += [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
    if not staged:
        errors += map(str, SigmaCollection.from_yaml(text, collect_errors=True).errors)
    for error in errors:
        print(f"{path.name}: {error}", file=sys.stderr)
    failed += bool(errors)
print(json.dumps({"files": len(files), "failed": failed}), file=sys.stderr)
sys.exit(failed > 0)

"""Converts a folder of Sigma rules with pySigma, for comparison: `pysigma.py FOLDER`; prints rules, queries and seconds."""

import json
import sys
import time
from pathlib import Path

from sigma.backends.splunk import SplunkBackend
from sigma.collection import SigmaCollection
from sigma.pipelines.splunk import splunk_cim_data_model

started = time.monotonic()
backend = SplunkBackend(processing_pipeline=splunk_cim_data_model(), collect_errors=True)
rules = said = 0
for path in sorted(Path(sys.argv[1]).rglob("*.yml")):
    try:
        collection = SigmaCollection.from_yaml(path.read_text(encoding="utf-8"), collect_errors=True)
    except Exception:  # a file that is no rule
        continue
    for rule in collection.rules:
        rules += 1
        try:
            said += bool(backend.convert_rule(rule, "data_model"))
        except Exception:  # a rule that the pipeline refuses
            pass
print(json.dumps({"rules": rules, "said": said, "seconds": time.monotonic() - started}))

"""ES|QL by Elastic's parser, with the types of the Elastic Common Schema, and beside it the fields that a hunt asks for by
the log's own names: `esql_check.py ecs.json`."""

import json
import re
import sys

import esql
from common import check, unescape

FIELDS = json.load(open(sys.argv[1], encoding="utf-8"))
# Elastic's integrations have these beside the schema; all are keywords.
BESIDE = re.compile(r"\b(?:winlog|powershell|aws|o365|azure)\.[\w.]+")


def judge(line):
    query = line["query"]
    beside = [*BESIDE.findall(query), *(name for name in line["fields"] if name not in FIELDS)]
    types = dict(FIELDS, **{name: "keyword" for name in beside})
    with esql.Schema(types):
        esql.parse_query(query)


def decode(text, _literal):
    if not text.startswith('"'):
        return text
    return unescape(text[1:-1], {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"})


check(judge, decode)

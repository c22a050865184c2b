"""EQL by Elastic's own library: parsed, and executed on the hunt's events."""


import re

import eql.ast
from common import check, unescape, verdicts
from eql import Event, parse_query
from eql.engine import PythonEngine
from eql.parser import allow_runs, elasticsearch_syntax

# The library takes two codes in one text for one: its pattern is greedy.
eql.ast.re = type("Patient", (), {"__getattr__": lambda _, name: getattr(re, name)})()
eql.ast.re.sub = lambda pattern, *rest: re.sub(pattern.replace("{.+", "{.+?"), *rest)



def nested(flat):
    event = {}
    for column, value in flat.items():
        *path, last = column.split(".")
        inside = event
        for name in path:
            inside = inside.setdefault(name, {})
        inside[last] = value
    return event


def judge(line):
    with elasticsearch_syntax, allow_runs:
        query = parse_query(line["query"])
    if re.search(r"\bregex\b|[?*]\?", line["query"].replace("(?", "(").replace(" ?", " ")):
        # Its regular expressions are Python's, and it reads `??` and `*?` as lazy repetition: the pattern itself is
        # checked as a literal.
        line["events"] = []
    if "cidrMatch" in line["query"] or "?event_type" in line["query"]:
        line["events"] = []  # It takes no text for an address, and the field for its own type of event.
    found = set()
    engine = PythonEngine()
    engine.add_query(query)
    engine.add_output_hook(lambda result: found.update(event.data["position"] for event in result.events))
    events = []
    for position, tried in enumerate(line["events"]):
        event = nested(tried["event"])
        event.update(position=position, event_type=event.get("event", {}).get("category", "generic"), timestamp=position)
        events.append(Event.from_data(event))
    engine.stream_events(events)
    return verdicts(line, found)


def decode(text, _literal):
    if not text.startswith('"'):
        return text
    return unescape(text[1:-1], {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"})


check(judge, decode)

"""EQL by Elastic's own library: parsed, and executed on the hunt's events."""


import re

import eql.ast
from common import check, text, unescape, verdicts, window, windows
from eql import Event, parse_query
from eql.engine import PythonEngine
from eql.parser import allow_runs, elasticsearch_syntax

# The library takes two codes in one text for one: its pattern is greedy.
eql.ast.re = type("Patient", (), {"__getattr__": lambda _, name: getattr(re, name)})()
eql.ast.re.sub = lambda pattern, *rest: re.sub(pattern.replace("{.+", "{.+?"), *rest)
# It joins events whose keys differ in case; Elasticsearch does not.
PythonEngine._remove_case = classmethod(lambda _, key: tuple(key) if isinstance(key, list) else key)



def nested(flat):
    event = {}
    for column, value in flat.items():
        *path, last = column.split(".")
        inside = event
        for name in path:
            inside = inside.setdefault(name, {})
        inside[last] = value
    return event


# Ticks of a second, as the library counts time.
TICKS = 10_000_000


def judge(line):
    with elasticsearch_syntax, allow_runs:
        query = parse_query(line["query"])
    if not_executed(line["query"]):
        line.pop("events", None)
    if not line.get("events"):
        return []
    results = []
    engine = PythonEngine()
    engine.add_query(query)
    engine.add_output_hook(lambda result: results.append([event.data["position"] for event in result.events]))
    engine.stream_events(event(position, row) for position, row in enumerate(line["events"]))
    if "hits" in line:
        return verdicts(line, {position for result in results for position in result})
    last = [result[-1] for result in results]
    return windows(line, {(*map(text, line["groups"][at]), window(line, line["events"][at]["@time"])) for at in last})


def not_executed(query):
    """What the library does otherwise than Elasticsearch."""
    # Its regular expressions are Python's, and it reads `??` and `*?` as lazy repetition: the pattern itself is checked as
    # a literal.
    if re.search(r"\bregex\b|[?*]\?", query.replace("(?", "(").replace(" ?", " ")):
        return True
    # Of wildcards it knows the star alone.
    if re.search(r"\blike~? [^\n]*\?", query):
        return True
    # It never minds case; addresses have none.
    if re.search(r"\b(?:endsWith|startsWith|stringContains)\(|(?: == | in \()(?!\"[0-9a-f]*[.:][0-9a-f.:]*\")", query):
        return True
    # It takes no text for an address, and the field for its own type of event.
    return "cidrMatch" in query or "?event_type" in query


def event(position, row):
    data = nested(row)
    kind = data.get("event", {}).get("category", "generic")
    data.update(position=position, event_type=kind, timestamp=row["@time"] * TICKS)
    return Event.from_data(data)


def decode(written, _literal):
    if not written.startswith('"'):
        return written
    return unescape(written[1:-1], {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"})


check(judge, decode)

"""SQL by sqlglot's parser of the dialect, and executed by DuckDB on the hunt's events: `sql_check.py DIALECT`."""

import re
import sys

import duckdb
import sqlglot
from common import check, unescape, verdicts
from sqlglot import exp

DIALECT = sys.argv[1]


def flat(node):
    """A path into an object as one column, since the events are flat."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.JSONExtract):
        node = node.this
    if isinstance(node, exp.JSONExtract):
        path = [part.this for part in node.expression.expressions if isinstance(part, exp.JSONPathKey)]
        return exp.column(exp.to_identifier(".".join([node.this.name, *path]), quoted=True))
    if isinstance(node, (exp.Dot, exp.Column)) and not isinstance(node.parent, exp.Dot):
        names = [part.name for part in node.find_all(exp.Identifier, bfs=False)]
        if isinstance(node, exp.Column):
            names = [part.name for part in node.parts]
        if len(names) > 1:
            return exp.column(exp.to_identifier(".".join(names), quoted=True))
    return node


def judge(line):
    statements = sqlglot.parse(line["query"], read=DIALECT)
    if len(statements) != 1:
        return [f"{len(statements)} statements"]
    query = line["query"]
    if not line["events"] or re.search(r"REGEXP_LIKE|match\(|isIPAddressInRange|JSON_FORMAT|toString|hashes", query):
        return []  # Regular expressions and objects are not DuckDB's.
    tree = statements[0].transform(flat)
    # Every event is of now, and found by its place.
    for select in tree.find_all(exp.Select):
        select.set("expressions", [exp.column("position")])
    for comparison in list(tree.find_all(exp.GTE, exp.LT)):
        if comparison.this.name == "time_dt":
            comparison.replace(exp.true())
    if DIALECT == "clickhouse":
        # A backslash escapes in every pattern there, and only by a word here.
        for like in list(tree.find_all(exp.Like)):
            like.replace(exp.Escape(this=like.copy(), expression=exp.Literal.string("\\")))
    for order in list(tree.find_all(exp.Order)):
        order.pop()
    for limit in list(tree.find_all(exp.Limit)):
        limit.pop()
    columns = {column.name for column in tree.find_all(exp.Column)} - {"position"}
    numbers = {name for name in columns if name.endswith((".pid", ".port", ".size", "_id", ".code"))}
    numbers |= {name for name in columns if name.startswith("traffic.")}
    database = duckdb.connect()
    for table in {table.name for table in tree.find_all(exp.Table)}:
        types = ", ".join(f'"{name}" {"BIGINT" if name in numbers else "VARCHAR"}' for name in sorted(columns))
        database.execute(f'CREATE TABLE "{table}" (position INTEGER{", " if types else ""}{types})')
    for position, tried in enumerate(line["events"]):
        event = tried["event"]
        names = [name for name in sorted(columns) if name in event]
        values = [int(event[name]) if name in numbers and str(event[name]).isdigit() else event[name] for name in names]
        quoted = ", ".join(["position", *(f'"{name}"' for name in names)])
        marks = ", ".join("?" for _ in range(len(names) + 1))
        try:
            database.execute(f'INSERT INTO "{event["@table"]}" ({quoted}) VALUES ({marks})', [position, *values])
        except duckdb.ConversionException:
            tried["hit"] = False  # A text where the table has a number: no such row.
    sql = tree.sql(dialect="duckdb")
    return verdicts(line, {row[0] for row in database.execute(sql).fetchall()})


def decode(text, literal):
    if not text.startswith("'"):
        return text
    inside = text[1:-1]
    if DIALECT == "trino":
        inside = inside.replace("''", "'")
    else:
        inside = unescape(inside, {"\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t"} | keeps())
    if literal["operator"] in ("word", "matches"):
        return inside
    # A pattern of LIKE: what is escaped stands for itself; bare wildcards at its ends are the comparison's.
    escape = "\\\\" if DIALECT == "clickhouse" else "!"
    pattern = re.sub(rf"({escape}.)|%|_", lambda found: found[1] or {"%": "\0", "_": "\1"}[found[0]], inside)
    # Without a `%` it is compared for equality, and an underscore stands for itself: `\\name` at a path's end is its name.
    if "\0" not in pattern and literal["operator"] != "like":
        return inside
    plain = re.sub(rf"{escape}(.)", r"\1", pattern)
    if literal["operator"] == "like" or "\1" in plain or "\0" in plain.strip("\0"):
        return "^" + re.escape(plain).replace("\0", ".*").replace("\1", ".") + "$"
    return plain.strip("\0")


def keeps():
    """ClickHouse keeps the backslash of an escape that it does not know."""
    return {"%": "\\%", "_": "\\_"} if DIALECT == "clickhouse" else {}


check(judge, decode)

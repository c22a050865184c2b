"""SQL by sqlglot's parser of the dialect, and executed by DuckDB: over the hunt's events in tables of the schema, the
translation must find what the host's evaluator found. `sql_check.py DIALECT`."""

import ipaddress
import json
import math
import re
import sys

import duckdb
import sqlglot
from common import check, seconds, text, unescape, verdicts, windows
from sqlglot import exp

DIALECT = sys.argv[1]


def judge(line):
    statements = sqlglot.parse(line["query"], read=DIALECT)
    if len(statements) != 1:
        return [f"{len(statements)} statements"]
    if not line.get("events"):
        return []
    tree = adapted(statements[0], line)
    database = duckdb.connect(config={"threads": 1})
    database.execute("SET TimeZone = 'UTC'")
    fill(database, tree, line["events"])
    cursor = database.execute(tree.sql(dialect="duckdb"))
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row)) for row in cursor.fetchall()]
    if "hits" in line:
        return verdicts(line, {row["position"] for row in rows})
    if "windows" in line:
        return windows(line, {(*[text(row[key]) for key in line["keys"]], int(row["Timestamp"].timestamp())) for row in rows})
    return compare(line["rows"], rows)


def flat(node):
    """A path into an object as one column, since the events are flat."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.JSONExtract):
        node = node.this
    if isinstance(node, exp.JSONExtract):
        path = [part.this for part in node.expression.expressions if isinstance(part, exp.JSONPathKey)]
        return exp.column(exp.to_identifier(".".join([node.this.name, *path]), quoted=True))
    if isinstance(node, (exp.Dot, exp.Column)) and not isinstance(node.parent, exp.Dot):
        names = [part.name for part in node.parts]
        if len(names) > 1 and names[0] != "e":
            return exp.column(exp.to_identifier(".".join(names), quoted=True))
    return node


def adapted(tree, line):
    """The statement over flat tables, at any time, for DuckDB; where events are found one by one, it gives their places."""
    tree = tree.transform(flat)
    if "hits" in line:
        for select in tree.find_all(exp.Select):
            select.set("expressions", [exp.column("position")])
        for clause in [*tree.find_all(exp.Order), *tree.find_all(exp.Limit)]:
            clause.pop()
    for comparison in list(tree.find_all(exp.GTE, exp.LT)):
        if comparison.this.name == "time_dt":
            comparison.replace(exp.true())
    addresses = {value for event in line["events"] for value in event.values() if isinstance(value, str)}
    tree = tree.transform(native, addresses)
    if DIALECT == "clickhouse":
        # A backslash escapes in every pattern there, and only by a word here.
        for like in list(tree.find_all(exp.Like)):
            like.replace(exp.Escape(this=like.copy(), expression=exp.Literal.string("\\")))
    return tree


def native(node, addresses):
    """Functions that the translation leaves as they are. DuckDB has none for networks: the addresses that lie in one are
    told apart here."""
    if isinstance(node, exp.ApproxQuantile):
        return exp.func("quantile_disc", node.this, node.args["quantile"])
    if not isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        return node
    first, *rest = node.expressions
    return {
        "laginframe": lambda: exp.func("lag", native(first, addresses)),
        "tonullable": lambda: first,
        "tostring": lambda: first,
        "groupuniqarray": lambda: exp.ArrayAgg(this=exp.Distinct(expressions=[first])),
        "tofloat64ornull": lambda: exp.TryCast(this=first, to=exp.DataType.build("double")),
        "tostartofinterval": lambda: exp.func("time_bucket", *rest, first, exp.cast(exp.Literal.string("1970-01-01"), "timestamptz")),
        "isipaddressinrange": lambda: first.isin("", *sorted(a for a in addresses if in_range(a, rest[0].name))),
    }.get(node.name.lower(), lambda: node)()


def fill(database, tree, events):
    """Makes the tables that the statement reads, with the events in them."""
    made = {cte.alias for cte in tree.find_all(exp.CTE)}
    columns = {column.name for column in tree.find_all(exp.Column) if not column.table} - {"position", "time_dt"}
    numbers = {name for name in columns if name.endswith((".pid", ".port", ".size", "_id", ".code"))}
    numbers |= {name for name in columns if name.startswith("traffic.")}
    for table in {table.name for table in tree.find_all(exp.Table)} - made:
        types = "".join(f', "{name}" {"BIGINT" if name in numbers else "VARCHAR"}' for name in sorted(columns))
        database.execute(f'CREATE TABLE "{table}" (position INTEGER, time_dt TIMESTAMPTZ{types})')
    for position, event in enumerate(events):
        names = [name for name in sorted(columns) if name in event]
        values = [event[name] if name in numbers else listed(name, text(event[name])) for name in names]
        quoted = "".join(f', "{name}"' for name in names)
        marks = ", ?" * len(names)
        row = [position, event["@time"], *values]
        database.execute(f'INSERT INTO "{event["@table"]}" (position, time_dt{quoted}) VALUES (?, to_timestamp(?){marks})', row)


def listed(name, value):
    """Digests stand in a list of objects."""
    return json.dumps([{"value": value}]) if name.endswith("hashes") else value


def in_range(address, network):
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def compare(wanted, found):
    """Compares rows by the columns that the evaluator names, in any order."""
    if len(wanted) != len(found):
        return [f"{len(found)} rows, wanted {len(wanted)}: {json.dumps(found, default=str)[:300]} and {json.dumps(wanted)[:300]}"]
    names = sorted({name for row in wanted for name in row})
    plain = lambda row: [cell(row.get(name)) for name in names]
    left, right = sorted(map(plain, wanted), key=repr), sorted(map(plain, found), key=repr)
    for one, other in zip(left, right):
        if not all(map(same, one, other)):
            return [f"{names}: {other}, wanted {one}"]
    return []


def cell(value):
    """A value as both sides have it: a time in seconds, a list by its texts."""
    if hasattr(value, "timestamp"):
        return value.timestamp()
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return seconds(value)
    if isinstance(value, list):
        return sorted(map(str, value))
    return value


def same(one, other):
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other or text(one) == text(other)


def decode(written, literal):
    if not written.startswith("'"):
        return written
    inside = written[1:-1]
    if DIALECT == "trino":
        inside = inside.replace("''", "'")
    else:
        inside = unescape(inside, {"\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t"} | keeps())
    if literal["operator"] in ("word", "matches"):
        return inside
    if not re.search(r"LIKE (LOWER\()?$", literal["before"]):
        return inside
    # A pattern of LIKE: what is escaped stands for itself; bare wildcards at its ends are the comparison's.
    escape = "\\\\" if DIALECT == "clickhouse" else "!"
    pattern = re.sub(rf"({escape}.)|%|_", lambda found: found[1] or {"%": "\0", "_": "\1"}[found[0]], inside)
    plain = re.sub(rf"{escape}(.)", r"\1", pattern)
    if literal["operator"] == "like" or "\1" in plain or "\0" in plain.strip("\0"):
        return "^" + re.escape(plain).replace("\0", ".*").replace("\1", ".") + "$"
    return plain.strip("\0")


def keeps():
    """ClickHouse keeps the backslash of an escape that it does not know."""
    return {"%": "\\%", "_": "\\_"} if DIALECT == "clickhouse" else {}


check(judge, decode)

"""What every check shares: NDJSON of `say` in, one line a failure out, counts to stderr, exit code 1 if any failed."""

import datetime
import json
import re
import sys


def stands(value, literal):
    """Whether what a literal decodes to is the plan's value, a piece of it, or a regular expression that finds it."""
    texts = literal["texts"]
    folded = value.casefold()
    if not texts or value in texts or folded in [text.casefold() for text in texts]:
        return True
    if literal["operator"] in ("like", "word", "matches", "keywords"):
        return all(text.casefold() in folded for text in texts) or finds(value, literal)
    if literal["piece"] is not None:
        plain = re.sub(r"^(::ffff:|[.\\/=]+)", "", folded).replace("controlset001", "currentcontrolset")
        known = [text.casefold() for text in texts]
        return literal["piece"] >= 100 or any(plain in text or text in plain for text in known)
    return finds(value, literal)


def finds(pattern, literal):
    """Whether a regular expression finds each text that it was made of."""
    if literal["operator"] == "matches":
        return True  # The plan's own regular expression, in the words of another engine.
    try:
        # Classes of Unicode are no concern of this check, and Python's engine lacks them.
        plain = pattern.replace("\\p{L}\\p{N}", "a-zA-Z0-9").replace("\\pL\\pN", "a-zA-Z0-9")
        plain = re.sub(r"\\x\{([0-9A-Fa-f]+)\}", lambda code: re.escape(chr(int(code[1], 16))), plain)
        compiled = re.compile(plain, re.DOTALL | re.IGNORECASE)
    except re.error:
        return False
    samples = [literal["sample"]] if literal.get("sample") else literal["texts"]
    return all(compiled.search(sample) for sample in samples)


def check(judge, decode=None):
    """Runs `judge(line)`, which raises or returns a list of errors, over every query; `decode(text, literal)` reads a literal."""
    counts = {"queries": 0, "refused": 0, "literals": 0, "executed": 0, "events": 0, "found": 0, "failed": 0}
    for raw in sys.stdin:
        if not raw.strip():
            continue
        line = json.loads(raw)
        if "refused" in line:
            counts["refused"] += 1
            continue
        counts["queries"] += 1
        try:
            errors = judge(line) or []
        except Exception as error:  # noqa: BLE001: whatever a parser raises is a finding.
            errors = [f"{type(error).__name__}: {str(error)[:400]}"]
        encoded = line["query"].encode()
        for literal in line.get("literals", []) if decode else []:
            counts["literals"] += 1
            text = encoded[literal["start"] : literal["end"]].decode()
            literal["before"] = encoded[: literal["start"]].decode()[-20:]
            try:
                value = decode(text, literal)
            except ValueError as error:
                errors.append(f"{text}: {error}")
                continue
            if not stands(value, literal):
                errors.append(f"decoded {value!r}, planned {literal['texts']!r}")
        if line.get("events"):
            counts["executed"] += 1
            counts["events"] += len(line["events"])
            counts["found"] += len([hit for hit in line.get("hits", line.get("rows", line.get("windows"))) if hit])
        if errors:
            counts["failed"] += 1
            print(json.dumps({"hunt": line["hunt"], "why": errors[:5], "query": line["query"]}))
    print(json.dumps(counts), file=sys.stderr)
    sys.exit(1 if counts["failed"] or not counts["queries"] + counts["refused"] else 0)


def unescape(text, table, code=r"\\u\{([0-9A-Fa-f]+)\}"):
    """Decodes backslash escapes: a table of letters, a pattern of codes; any other escape is an error."""

    def one(match):
        if match["code"]:
            return chr(int(match["digits"], 16))
        if match["letter"] not in table:
            raise ValueError(f"no escape \\{match['letter']}")
        return table[match["letter"]]

    coded = code.replace("([", "(?P<digits>[", 1)
    return re.sub(rf"(?P<code>{coded})|\\(?P<letter>.)", one, text, flags=re.DOTALL)


def verdicts(line, found):
    """Compares what an engine found, by position, with what the host's evaluator found among the same events."""
    wrong = [index for index, hit in enumerate(line["hits"]) if hit != (index in found)]
    return [f"hit {line['hits'][index]}: {json.dumps(line['events'][index])}" for index in wrong[:2]]


def windows(line, found):
    """Compares groups and windows of time in which an engine found a correlation with those of the host's evaluator."""
    wanted = {(*[text(row.get(key)) for key in line["keys"]], window(line, seconds(row["Timestamp"]))) for row in line["windows"]}
    return [f"found {sorted(found, key=str)}, wanted {sorted(wanted, key=str)}"] if found != wanted else []


def window(line, second):
    """The second in which a window begins, where windows follow one another."""
    return int(second // line["span"] * line["span"])


def seconds(stamp):
    """A time in a row of the evaluator's, as seconds."""
    return datetime.datetime.fromisoformat(stamp).timestamp()


def text(value):
    """A value as a group is named by it."""
    return value if value is None or isinstance(value, str) else json.dumps(value)

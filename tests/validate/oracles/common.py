"""What every check shares: NDJSON of `say` in, one line a failure out, counts to stderr, exit code 1 if any failed."""

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
    counts = {"queries": 0, "refused": 0, "literals": 0, "events": 0, "failed": 0}
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
            try:
                value = decode(text, literal)
            except ValueError as error:
                errors.append(f"{text}: {error}")
                continue
            if not stands(value, literal):
                errors.append(f"decoded {value!r}, planned {literal['texts']!r}")
        counts["events"] += len(line.get("events", []))
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
    """Compares what an engine found, by position, with what each event must give."""
    wrong = [index for index, tried in enumerate(line["events"]) if tried["hit"] != (index in found)]
    return [f"event {json.dumps(line['events'][index])}" for index in wrong[:2]]

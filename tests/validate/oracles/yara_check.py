"""YARA by yara-x: compiled, and run over contents: those among which the host's evaluator found some, and where a hunt looks
for digests of files, the file that has them."""

import yara_x
from common import check, unescape, verdicts

# The content whose digests stand in the hunts, by the first letters of each.
KNOWN = {"ba7816bf": b"abc"}


def judge(line):
    rules = yara_x.compile(line["query"])
    found = lambda content: bool(rules.scan(content).matching_rules)
    errors = []
    for digest, content in KNOWN.items():
        if digest in line["query"] and (not found(content) or found(content + b"x")):
            errors.append(f"{content!r} is not told from another")
    rows = line.pop("events", [])
    if rows and all(row["class"] == "file_content" for row in rows):
        line["events"] = rows
        contents = [row["Content"] for row in rows]
        errors += verdicts(line, {place for place, content in enumerate(contents) if found(content.encode())})
        # The same text as Windows writes it, where no digest and no size differs by that.
        if "hash." not in line["query"] and "filesize" not in line["query"]:
            wide = {place for place, content in enumerate(contents) if found(content.encode("utf-16-le"))}
            errors += verdicts(line, wide)
    return errors


def decode(text, _literal):
    if not text.startswith('"'):
        return text
    return unescape(text[1:-1], {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"})


check(judge, decode)

"""YARA by yara-x: compiled, and run over contents of which the rule must find some and must not find others."""

import yara_x
from common import check, unescape

# The content whose digests stand in the hunts, by the first letters of each.
KNOWN = {"ba7816bf": b"abc"}


def judge(line):
    rules = yara_x.compile(line["query"])
    found = lambda content: bool(rules.scan(content).matching_rules)
    errors = ["finds an empty file"] if found(b"") else []
    for digest, content in KNOWN.items():
        if digest in line["query"] and (not found(content) or found(content + b"x")):
            errors.append(f"{content!r} is not told from another")
    texts = [t for literal in line["literals"] if literal["operator"] in ("contains", "word") for t in literal["texts"]]
    if texts:
        whole = " ".join(texts)
        for content in (whole.encode(), whole.encode("utf-16-le")):
            errors += [] if found(content) else ["the texts are not found"]
        errors += ["found where a word is part of another"] if found(whole.replace("gate", "gateway").encode()) else []
    return errors


def decode(text, _literal):
    if not text.startswith('"'):
        return text
    return unescape(text[1:-1], {"\\": "\\", '"': '"', "n": "\n", "r": "\r", "t": "\t"})


check(judge, decode)

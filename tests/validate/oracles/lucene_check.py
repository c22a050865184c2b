"""Lucene query strings by luqum's parser: every literal must be a term of its own."""

from common import check, unescape
from luqum.parser import parser
from luqum.visitor import TreeVisitor

SPECIAL = {c: c for c in '\\"+-!(){}[]^~*?:/&|=<> .#@,;%$\'`_' }


class Terms(TreeVisitor):
    def visit_term(self, node, context):
        yield node.value

    visit_word = visit_phrase = visit_regex = visit_term


def judge(line):
    terms = set(Terms().visit(parser.parse(line["query"].strip())))
    encoded = line["query"].encode()
    texts = [encoded[literal["start"] : literal["end"]].decode() for literal in line["literals"]]
    # A number with an order stands behind its sign.
    return [f"no term {text}" for text in texts if text not in terms and not text.lstrip("-").replace(".", "").isdigit()]


def decode(text, _literal):
    if text.startswith("/"):
        return text[1:-1]
    if text.startswith('"'):
        return unescape(text[1:-1], SPECIAL, r"\\u([0-9A-Fa-f]{4})").encode("utf-16", "surrogatepass").decode("utf-16")
    bare = text.removeprefix("*")
    if bare.endswith("*") and (len(bare) - len(bare[:-1].rstrip("\\"))) % 2 == 1:
        bare = bare[:-1]
    value = unescape(bare, SPECIAL, r"\\u([0-9A-Fa-f]{4})")
    return value.encode("utf-16", "surrogatepass").decode("utf-16")


check(judge, decode)

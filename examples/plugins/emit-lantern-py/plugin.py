"""Hunts in Lantern, an invented query language:

    # Title
    find processes since 2592000s where (path ends '\\evil.exe' or arguments holds '-enc')

A dialect is tables (which stream carries which events) and a few rules. Text of an article gets into a query through
`Query.literal` alone, and what cannot be said is refused with a code and a place: never leave a condition out.
"""
import json

import wit_world
from componentize_py_types import Err, Ok
from wit_world import exports
from wit_world.exports.emitter import Artifact, Literal, Place, Refusal
from wit_world.imports import plan

# Event class: Lantern's stream, and its name for each field.
STREAMS = {
    "process_creation": ("processes", {"Image": "path", "CommandLine": "arguments", "User": "user", "sha256": "digest"}),
    "file_event": ("files", {"TargetFilename": "path", "Image": "by", "sha256": "digest"}),
    "network_connection": ("flows", {"DestinationIp": "peer", "DestinationHostname": "name", "Image": "by"}),
    "dns_query": ("dns", {"QueryName": "name", "Image": "by"}),
}
IS, ENDS = plan.Operator.EQUALS, plan.Operator.ENDS_WITH
VERBS = {IS: "is", plan.Operator.CONTAINS: "holds", plan.Operator.STARTS_WITH: "begins", ENDS: "ends"}


def refused(code, what, place, reason):
    """The dialect cannot say it: a code of VOCABULARY.md, what, where, and why."""
    return Err([Refusal(code, what, place, reason)])


class Query:
    """Text, and where the literals of the plan stand in it, counted in bytes of UTF-8."""

    def __init__(self):
        self.parts, self.length, self.literals = [], 0, []

    def word(self, text):
        self.parts.append(text)
        self.length += len(text.encode())

    def literal(self, text, place, value):
        """Single quotes, doubled inside; nothing that cannot be seen."""
        if any(ord(c) < 32 or not c.isprintable() for c in text):
            raise refused("unsupported-value", "control character", place, "Lantern has no way to write it")
        start = self.length
        self.word("'" + text.replace("'", "''") + "'")
        self.literals.append(Literal(place, value, None, start, self.length))


def texts(value, place):
    """The forms of a value that stand in events, each with the operator that it needs (none: the test's own)."""
    match value:
        case plan.Value_Text(text) | plan.Value_Address(text):
            return [(None, text)]
        case plan.Value_Digest(plan.Digest(_, text)) | plan.Value_Url(plan.Url(text)):
            return [(None, text)]
        case plan.Value_Domain(domain):
            return [(None, domain.ascii)] + ([(ENDS, "." + domain.ascii)] if domain.subdomains else [])
        case plan.Value_Path(path):
            bare = [(None, path.name), (ENDS, "\\" + path.name)]
            return bare if path.directory is None else [(None, path.full)]
    kind = type(value).__name__.removeprefix("Value_").lower()
    raise refused("unsupported-value", kind, place, "Lantern compares text only")


def say_test(query, test, place, columns):
    if not test.values:
        raise refused("invalid-plan", test.field, place, "a test has at least one value")
    if test.field not in columns:
        raise refused("unsupported-field", test.field, place, f"this stream carries {', '.join(columns)}")
    if isinstance(test.values[0], plan.Value_Boolean) and test.operator not in (IS, plan.Operator.EXISTS):
        raise refused("invalid-plan", "boolean", place, "this operator does not go with this kind of value")
    if test.operator not in VERBS or test.case_sensitive:
        what = "case-sensitive" if test.case_sensitive else test.operator.name.lower().replace("_", "-")
        raise refused("unsupported-operator", what, place, "Lantern knows is, holds, begins and ends, without case")
    for index, value in enumerate(test.values):
        query.word(("(" if not index else " and (" if test.all else " or ("))
        for number, (operator, text) in enumerate(texts(value, place)):
            query.word((" or " if number else "") + columns[test.field] + f" {VERBS[operator or test.operator]} ")
            query.literal(text, place, index)
        query.word(")")


def say(query, nodes, at, search, columns, depth=64):
    """One node. Children come before their parents, so a node that names a later one is no plan."""
    place = Place("search", search, at if at < len(nodes) else None)
    if at >= len(nodes) or depth == 0:
        code, why = ("invalid-plan", "a node that is not there") if depth else ("too-large", "nested too deeply")
        raise refused(code, "node", place, why)
    match nodes[at]:
        case plan.Node_Test(test):
            query.word("(")
            say_test(query, test, place, columns)
            return query.word(")")
        case plan.Node_Keywords(_):
            raise refused("unsupported-operator", "keywords", place, "Lantern has no search in all fields")
        case plan.Node_Negate(child):
            children, words = [child], ("not (", "", ")")
        case plan.Node_All(children):
            words = ("(", " and ", ")")
        case plan.Node_Any(children):
            words = ("(", " or ", ")")
    if not children or max(children) >= at:
        raise refused("invalid-plan", "node", place, "a node without a child, or with one that does not come before it")
    for number, child in enumerate(children):
        query.word(words[1] if number else words[0])
        say(query, nodes, child, search, columns, depth - 1)
    query.word(words[2])


def say_hunt(hunt, target):
    here = Place("hunt", 0, None)
    if target.form != "query" or json.loads(target.mapping):
        raise refused("invalid-options", "form or mapping", here, "Lantern has queries without options")
    for part, found in (("stage", hunt.stages), ("correlation", hunt.correlations)):
        if found:
            raise refused(f"unsupported-{part}", part, Place(part, 0, None), "Lantern has none")
    if not isinstance(hunt.window, plan.Window_LastSeconds):
        raise refused("unsupported-value", "window", here, "Lantern only looks back from now")
    if not hunt.searches:
        raise refused("invalid-plan", "searches", here, "the hunt has no search")
    query = Query()
    query.word("# " + "".join(c if c.isprintable() else " " for c in hunt.title) + "\n")
    for number, search in enumerate(hunt.searches):
        name = search.class_.category or "none"
        if name not in STREAMS:
            raise refused("unsupported-class", name, Place("search", number, None), "no stream has these events")
        stream, columns = STREAMS[name]
        query.word(("then " if number else "") + f"find {stream} since {hunt.window.value}s where ")
        say(query, search.predicate.nodes, search.predicate.root, number, columns)
        query.word("\n")
    return [Artifact(hunt.id, "text/plain", "lantern", "".join(query.parts), [], query.literals, [])]


class Emitter(exports.Emitter):
    def emit(self, ctx, hunts, target):
        answers = []
        for hunt in hunts:
            try:
                answers.append(Ok(say_hunt(hunt, target)))
            except Err as refusal:
                answers.append(refusal)
        return answers


class WitWorld(wit_world.WitWorld):
    def init(self):
        """Runs once, when the plugin is prepared. Build tables here; an error stops the plugin from being loaded."""

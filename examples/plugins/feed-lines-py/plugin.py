"""A feed with one item a line: key, address and title, parted by tabs; `#` begins a comment. For example

    #lines
    2026-03<TAB>https://example.org/2026-03<TAB>What we saw in March
"""
import json
import re

import wit_world
from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.feed import Item, Page
from wit_world.imports import http
from wit_world.imports.common import Note, PluginError

WEB = re.compile(r"https?://([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*(:[0-9]{1,4})?([/?#][!-~]*)?")
TAG = re.compile(r"[!-~]{1,1024}")


def failure(code, message):
    return Err(PluginError(code, message, []))


def refused(url, error):
    """What the host's client says went wrong, in the contract's codes: `configuration` where the operator has to act."""
    acts = isinstance(error, (http.HttpError_NotGranted, http.HttpError_BlockedAddress))
    what = type(error).__name__.removeprefix("HttpError_")
    detail = f": {error.value}" if getattr(error, "value", None) is not None else ""
    return failure("configuration" if acts else "unavailable", f"{url} was not fetched: {what}{detail}")


def get(url, tag):
    """The answer's bytes and its tag; none where nothing changed since `tag`."""
    headers = [http.Header("Accept", "text/plain")]
    if tag:
        headers.append(http.Header("If-None-Match", tag))
    try:
        answer = http.fetch(http.Request("GET", url, headers, None, None))
        # At most 1 MiB comes at once, and nothing at the end.
        chunks = list(iter(lambda: answer.body.read(1 << 20), b""))
    except Err as error:
        raise refused(url, error.value)
    if answer.status == 304:
        return None
    if not 200 <= answer.status <= 299:
        raise failure("unavailable", f"{url} answered {answer.status}")
    tags = [header.value for header in answer.headers if header.name.lower() == "etag"]
    return b"".join(chunks), tags[0] if tags and TAG.fullmatch(tags[0]) else None


def items_of(text):
    """Every line is an item or has a note that says why not: nothing is dropped in silence."""
    items, notes, keys = [], [], set()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        key, url, title = ([cell.strip() for cell in line.split("\t")] + ["", "", ""])[:3]
        note = lambda code, why: notes.append(Note(code, f"line {number}: {why}", []))
        if not key or not title:
            note("entry_skipped", "it has no key or no title")
        elif key in keys:
            note("duplicate_item", "its key came before")
        else:
            keys.add(key)
            if not WEB.fullmatch(url):
                note("link_not_web", "its address is not http or https")
                url = None
            items.append(Item(key, url, title, None, None, None, None, None, [], []))
    return items, notes


class Feed(exports.Feed):
    def poll(self, ctx, input, cursor):
        """`input` is a local file that the operator named; without one, the feed's address is asked. The cursor keeps
        what the server said of its answer, so that the next poll only gets what changed."""
        if input is not None:
            answer = input.bytes, None
        else:
            url = json.loads(ctx.config).get("url")
            if not url:
                raise failure("configuration", "the feed has no `url` to fetch it from")
            answer = get(url, cursor if cursor and TAG.fullmatch(cursor) else None)
            if answer is None:
                return Page(None, [], cursor, False, [])
        try:
            text = answer[0].decode()
        except UnicodeDecodeError:
            raise failure("unsupported", "the feed is not UTF-8")
        if not text.startswith("#lines"):
            raise failure("unsupported", "the first line is not `#lines`")
        items, notes = items_of(text)
        return Page(None, items, answer[1], False, notes)


class WitWorld(wit_world.WitWorld):
    def init(self):
        """Runs once, when the plugin is prepared. Build tables here; an error stops the plugin from being loaded."""

"""Reads notes: a line that begins with `== ` is a heading, what stands between blank lines is a paragraph."""
import unicodedata

import wit_world
from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.reader import Reading
from wit_world.imports.common import Note, PluginError
from wit_world.imports.types import Block, Content, Span


def seen(text):
    """White space collapsed, nothing that nobody sees or that controls a terminal, normal form C."""
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def pieces(text):
    """Kind, level and text of each block, in reading order."""
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        lines = paragraph.split("\n")
        for line in lines:
            if line.startswith("== "):
                yield "heading", 1, seen(line[3:])
        yield "paragraph", 0, seen(" ".join(line for line in lines if not line.startswith("== ")))


def read(text):
    parts, blocks, at, heading, title = [], [], 0, None, None
    for kind, level, piece in pieces(text):
        if not piece:
            continue
        # Spans are bytes of UTF-8 of the text that is handed back, where a blank line parts the blocks.
        span = Span(at, at + len(piece.encode()))
        blocks.append(Block(span, kind, level, None if kind == "heading" else heading, None, None, []))
        if kind == "heading":
            heading, title = len(blocks) - 1, title or piece
        parts.append(piece)
        at = span.end + 2
    return Content(title, None, None, "\n\n".join(parts), blocks, [], [])


class Reader(exports.Reader):
    def read(self, ctx, document):
        # An error is for input of which nothing can be said; `unsupported` hands it to the next reader.
        if not document.bytes or 0 in document.bytes:
            raise Err(PluginError("unsupported", "the document is empty, or no text", []))
        text = document.bytes.decode("utf-8", "replace").removeprefix("\ufeff")
        notes = []
        if "\ufffd" in text:
            notes.append(Note("undecodable_bytes", "bytes that are no UTF-8 were read as U+FFFD", []))
        return Reading([read(text)], [], notes)


class WitWorld(wit_world.WitWorld):
    def init(self):
        """Runs once, when the plugin is prepared. Build tables here; an error stops the plugin from being loaded."""

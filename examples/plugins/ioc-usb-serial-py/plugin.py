"""Finds serial numbers of USB devices: what follows the words "USB serial", where it looks like one."""
import re

import wit_world
from wit_world import exports
from wit_world.exports.extractor import Extraction
from wit_world.imports.types import Indicator, Rejection, Span

KIND = "usb_serial"
# What an author writes before a serial number, and the number.
SERIAL = re.compile(r"usb serial ([0-9a-z]+)", re.IGNORECASE | re.ASCII)


class Extractor(exports.Extractor):
    def extract(self, ctx, article):
        text = article.content.text
        indicators, rejections = {}, []
        # Where the last match ended, in characters and in bytes of UTF-8: Python counts the one, the contract the other.
        characters, at = 0, 0
        for match in SERIAL.finditer(text):
            start = at + len(text[characters : match.start(1)].encode())
            span = Span(start, start + len(match[1]))
            characters, at = match.end(1), span.end
            value = match[1].upper()
            # Nothing is dropped without a reason.
            if len(value) < 8 or not any(c.isdigit() for c in value):
                rejections.append(Rejection(KIND, value, span, "not-a-serial", []))
                continue
            new = Indicator(KIND, value, [], [], False, "attacker", 80, ["stated"], [])
            indicators.setdefault(value, new).spans.append(span)
        return Extraction(list(indicators.values()), [], [], rejections)


class WitWorld(wit_world.WitWorld):
    def init(self):
        """Runs once, when the plugin is prepared. Build tables here; an error stops the plugin from being loaded."""

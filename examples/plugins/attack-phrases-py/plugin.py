"""Knows a few phrases and the technique that each stands for. The evidence is the sentence that holds the phrase."""
import re

import wit_world
from wit_world import exports
from wit_world.exports.classifier import Classification, Technique
from wit_world.imports.types import Span

# Lower-case phrase, technique, and how sure one can be: of a hundred at 70, about seventy are right.
PHRASES = [
    ("scheduled task", "T1053.005", 60),
    ("dumped lsass", "T1003.001", 85),
    ("golden ticket", "T1558.001", 80),
    ("phishing mail", "T1566", 70),
]
PIECE = re.compile(r"[^.\n]*[.\n]|[^.\n]+")


def sentences(text):
    """Each sentence with its half-open range in bytes of UTF-8: Python counts characters, the contract bytes."""
    at = 0
    for piece in PIECE.findall(text):
        lead = len(piece) - len(piece.lstrip())
        body = piece.strip()
        start = at + len(piece[:lead].encode())
        if body:
            yield body, Span(start, start + len(body.encode()))
        at += len(piece.encode())


class Classifier(exports.Classifier):
    def classify(self, ctx, article, indicators, observations):
        found = {}
        for sentence, span in sentences(article.content.text):
            lower = sentence.lower()
            for phrase, technique, confidence in PHRASES:
                if phrase in lower:
                    new = Technique(technique, "inferred", confidence, [], ["phrase"], [])
                    found.setdefault(technique, new).evidence.append(span)
        return Classification(list(found.values()), [], [])


class WitWorld(wit_world.WitWorld):
    def init(self):
        """Runs once, when the plugin is prepared. Build tables here; an error stops the plugin from being loaded."""

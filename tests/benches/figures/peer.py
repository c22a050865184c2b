"""Reads texts as a JSON list from stdin, looks for indicators in each in turn, and prints seconds, the smallest of as
many rounds as the first argument says, for all of them together. Loading and compiling grammars is not counted."""

import json
import sys
import time

from ioc_finder import find_iocs

texts = json.load(sys.stdin)
find_iocs(texts[0])
best = float("inf")
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    for text in texts:
        find_iocs(text)
    best = min(best, time.perf_counter() - start)
print(best)

"""Suricata rules by the grammar of `parsuricata` and by OISF's own reader of rules, that of `suricata-update`: every rule is
one, its number is its own, and every content decodes to the plan's value."""

import re

import lark
from common import check


class InlineTransformer(lark.Transformer):
    """What newer versions of lark no longer have, and the grammar needs: children as arguments."""

    def __init_subclass__(cls):
        lark.v_args(inline=True)(cls)


lark.InlineTransformer = InlineTransformer

from parsuricata import parse_rules  # noqa: E402: needs what was just put there.
from suricata.update import rule as oisf  # noqa: E402

numbers = {}


def judge(line):
    errors = []
    texts = [text for text in line["query"].splitlines() if text and not text.startswith("#")]
    if not texts:
        errors.append("no rule")
    for text in texts:
        grammar = parse_rules(text + "\n")
        known = oisf.parse(text)
        if len(grammar) != 1 or known is None or not known["enabled"]:
            errors.append(f"no rule: {text}")
            continue
        options = [option.keyword for option in grammar[0].options]
        if str(known["sid"]) != str(grammar[0].options[-2].settings):
            errors.append(f"the readers differ: {text}")
        if options[0] != "msg" or options[-3:] != ["metadata", "sid", "rev"] or options.count("sid") != 1:
            errors.append(f"options out of place: {options}")
        if numbers.setdefault(known["sid"], line["hunt"]) != line["hunt"]:
            errors.append(f"the number of another hunt: {known['sid']}")
    return errors


def decode(text, _literal):
    if not text.startswith('"'):
        return text
    return re.sub(r"\|([0-9A-F]{2})\|", lambda code: chr(int(code[1], 16)), text[1:-1])


check(judge, decode)

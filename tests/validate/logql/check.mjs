// Checks LogQL with Grafana's own parser. NDJSON of `say` on stdin; one line a failure on stdout, counts on stderr; exit
// code 1 if anything failed. Every literal must be one string of the parsed query, and decode to the plan's value.
import { createInterface } from "node:readline";
import { parser } from "@grafana/lezer-logql";

const counts = { queries: 0, refused: 0, literals: 0, failed: 0 };

// Strings of Go: the escapes of JSON, and eight digits after \U.
const decoded = (text) =>
  JSON.parse(text.replace(/\\U([0-9A-F]{8})|\\[^U]/g, (all, code) => (code ? String.fromCodePoint(parseInt(code, 16)) : all)));

const unescaped = (regex) =>
  regex.replace(/\\x\{([0-9A-Fa-f]+)\}|\\([^A-Za-z0-9])/g, (_, code, plain) =>
    code ? String.fromCodePoint(parseInt(code, 16)) : plain);

const stands = (value, { texts, operator }) => {
  const [found, open] = [value, unescaped(value)].map((text) => text.toLowerCase());
  const lower = texts.map((text) => text.toLowerCase());
  if (operator === "matches" || !texts.length) return true;
  return lower.every((text) => open.includes(text) || found.includes(text)) ||
    lower.some((text) => text.includes(open.replace(/^\(\?i?s\)(\.\*)?|(\.\*)?$/g, "")) || open.includes(text.split(/[\\/]/).pop()));
};

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text);
  if (line.refused) {
    counts.refused++;
    continue;
  }
  counts.queries++;
  const errors = [];
  const strings = new Map();
  parser.parse(line.query).iterate({
    enter: (node) => {
      if (node.type.isError) errors.push(`error at ${node.from}: ${line.query.slice(node.from, node.from + 40)}`);
      if (node.name === "String") strings.set(node.from, node.to);
    },
  });
  const bytes = Buffer.from(line.query);
  for (const literal of line.literals) {
    counts.literals++;
    const from = bytes.subarray(0, literal.start).toString().length;
    const written = bytes.subarray(literal.start, literal.end).toString();
    if (/^-?[0-9.e+]+$/.test(written)) continue;
    if (strings.get(from) !== from + written.length) errors.push(`no string at ${from}`);
    else if (!stands(decoded(written), literal)) errors.push(`${written} is none of ${JSON.stringify(literal.texts)}`);
  }
  if (errors.length) {
    counts.failed++;
    console.log(JSON.stringify({ hunt: line.hunt, why: errors.slice(0, 4), query: line.query }));
  }
}
console.error(JSON.stringify(counts));
process.exitCode = counts.failed || !counts.queries ? 1 : 0;

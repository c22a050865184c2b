// Checks KQL with Microsoft's own parser and binder. NDJSON of `say` on stdin; one line a failure on stdout, counts on
// stderr; exit code 1 if anything failed. `node check.mjs SCHEMA.json [--broken]`; with --broken every query must fail.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";
import { createInterface } from "node:readline";

const home = dirname(createRequire(import.meta.url).resolve("@kusto/language-service-next/package.json"));
for (const file of ["bridge.js", "Kusto.Language.Bridge.js"]) {
  runInThisContext(readFileSync(join(home, file), "utf8"), { filename: file });
}
const { Kusto } = globalThis;
const { Symbols } = Kusto.Language;
const broken = process.argv.includes("--broken");

function globals(schema) {
  const tables = Object.entries(schema).map(([name, columns]) => {
    const of = Object.entries(columns).map(([column, type]) => `['${column}']: ${type === "boolean" ? "bool" : type}`);
    return new Symbols.TableSymbol.$ctor7(name, `(${of.join(", ")})`, null);
  });
  const database = new Symbols.DatabaseSymbol.ctor("hunting", tables);
  return Kusto.Language.GlobalState.Default.WithDatabase(database);
}

const state = globals(JSON.parse(readFileSync(process.argv[2], "utf8")));

// The value of the literal that stands exactly at [start, end), as the parser decodes it.
function decoded(code, start, end) {
  let found;
  const visit = (node) => {
    if (found !== undefined || node.TextStart > start || node.End < end) return;
    if (node.TextStart === start && node.End === end && node.LiteralValue !== undefined && node.LiteralValue !== null) {
      found = String(node.LiteralValue);
      return;
    }
    for (let index = 0; index < node.ChildCount; index++) {
      const child = node.GetChild(index);
      if (child) visit(child);
    }
  };
  visit(code.Syntax);
  return found;
}

// Byte offsets of UTF-8 to UTF-16 offsets.
function offsets(text) {
  const map = new Map();
  let bytes = 0;
  let units = 0;
  for (const character of text) {
    map.set(bytes, units);
    bytes += Buffer.byteLength(character);
    units += character.length;
  }
  return map.set(bytes, units);
}

// A regular expression as the pieces that it was made of: `=text`, `.*` and `.`. None: it is not of that form.
function pieces(regex) {
  const inside = /^(?:\(\?(?:i|s|is)\))?(?:\^|\(\?:\^\|\[\^\\pL\\pN_\]\))?(.*?)(?:\$|\(\?:\$\|\[\^\\pL\\pN_\]\))?$/su.exec(regex)[1];
  const found = [];
  const literal = (text) => {
    if (found.at(-1)?.startsWith("=")) found[found.length - 1] += text;
    else found.push(`=${text}`);
  };
  for (const [all, code, escaped, wild] of inside.matchAll(/\\x\{([0-9A-Fa-f]+)\}|\\([^A-Za-z0-9])|(\.\*|\.)|[^]/gu)) {
    if (wild) found.push(wild);
    else literal(code ? String.fromCodePoint(parseInt(code, 16)) : (escaped ?? all));
  }
  return found;
}

// Neighbours of one kind in a plan's pattern are one piece.
function joined(parts) {
  const found = [];
  for (const part of parts.filter((part) => part !== "=")) {
    if (part.startsWith("=") && found.at(-1)?.startsWith("=")) found[found.length - 1] += part.slice(1);
    else found.push(part);
  }
  return found;
}

// Equal to the byte: the value, a form in which logs hold it, the plan's own expression, or one made of its pieces.
function stands(value, { exact, parts, piece, operator }) {
  if (exact.includes(value)) return true;
  if (piece !== null) return piece >= 100 && /^\w+$/.test(value);
  if (operator === "matches") return exact.some((regex) => value === `(?i)${regex}`);
  return JSON.stringify(pieces(value)) === JSON.stringify(joined(parts));
}

const counts = { queries: 0, refused: 0, literals: 0, failed: 0 };
const fail = (line, why) => {
  counts.failed++;
  console.log(JSON.stringify({ hunt: line.hunt, why, query: line.query }));
};

for await (const text of createInterface({ input: process.stdin })) {
  if (!text.trim()) continue;
  const line = JSON.parse(text);
  if (line.refused) {
    counts.refused++;
    continue;
  }
  counts.queries++;
  const code = Kusto.Language.KustoCode.ParseAndAnalyze(line.query, state);
  const list = code.GetDiagnostics();
  const errors = [];
  for (let index = 0; index < list.Count; index++) {
    const diagnostic = list.getItem(index);
    if (diagnostic.Severity === "Error") errors.push(`${diagnostic.Code} ${diagnostic.Message}`);
  }
  if (broken) {
    if (!errors.length) fail(line, ["accepted, and it should not be"]);
    continue;
  }
  const statements = code.Syntax.Statements?.Count;
  if (statements !== 1) errors.push(`${statements} statements`);
  const where = offsets(line.query);
  for (const literal of line.literals ?? []) {
    counts.literals++;
    const value = decoded(code, where.get(literal.start), where.get(literal.end));
    if (value === undefined) errors.push(`no literal at ${literal.start}`);
    else if (literal.exact.length + literal.parts.length && !stands(value, literal)) {
      errors.push(`decoded ${JSON.stringify(value)}, planned ${JSON.stringify(literal.texts)}`);
    }
  }
  if (errors.length) fail(line, errors);
}
console.error(JSON.stringify(counts));
process.exitCode = counts.failed ? 1 : 0;

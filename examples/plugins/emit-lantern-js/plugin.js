// Hunts in Lantern, an invented query language:
//
//   # Title
//   find processes since 2592000s where (path ends '\evil.exe' or arguments holds '-enc')
//
// A dialect is tables (which stream carries which events) and a few rules. Text of an article gets into a query through
// `Query.literal` alone, and what cannot be said is refused with a code and a place: never leave a condition out.
//
// Names of the contract are written in camel case, an option without a value is `null`, a variant `{ tag, val }`, a result
// inside of a list `{ tag: "ok" | "err", val }`. There is no clock, no randomness and no console.

// Event class: Lantern's stream, and its name for each field.
const STREAMS = new Map([
  ["process_creation", ["processes", { Image: "path", CommandLine: "arguments", User: "user", sha256: "digest" }]],
  ["file_event", ["files", { TargetFilename: "path", Image: "by", sha256: "digest" }]],
  ["network_connection", ["flows", { DestinationIp: "peer", DestinationHostname: "name", Image: "by" }]],
  ["dns_query", ["dns", { QueryName: "name", Image: "by" }]],
]);
const VERBS = new Map([["equals", "is"], ["contains", "holds"], ["starts-with", "begins"], ["ends-with", "ends"]]);
const DEPTH = 64;
// What cannot be seen, or reorders what can be.
const UNSEEN = /[\p{C}\p{Z}]/u;
const unseen = (character) => character !== " " && UNSEEN.test(character);

// The dialect cannot say it: a code of VOCABULARY.md, what, where, and why.
class Refused extends Error {
  constructor(code, what, place, reason) {
    super(reason);
    this.refusal = { code, what, place, reason };
  }
}

function bytes(text) {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}

// Text, and where the literals of the plan stand in it, counted in bytes of UTF-8.
class Query {
  parts = [];
  length = 0;
  literals = [];

  word(text) {
    this.parts.push(text);
    this.length += bytes(text);
  }

  // Single quotes, doubled inside; nothing that cannot be seen.
  literal(text, place, value) {
    if ([...text].some(unseen)) {
      throw new Refused("unsupported-value", "control character", place, "Lantern has no way to write it");
    }
    const start = this.length;
    this.word(`'${text.replaceAll("'", "''")}'`);
    this.literals.push({ place, value, piece: null, start, end: this.length });
  }
}

// The forms of a value that stand in events, each with the operator that it needs (null: the test's own).
function texts({ tag, val }, place) {
  switch (tag) {
    case "text":
    case "address":
      return [[null, val]];
    case "digest":
      return [[null, val.hex]];
    case "url":
      return [[null, val.full]];
    case "domain":
      return [[null, val.ascii], ...(val.subdomains ? [["ends-with", `.${val.ascii}`]] : [])];
    case "path":
      return val.directory === null ? [[null, val.name], ["ends-with", `\\${val.name}`]] : [[null, val.full]];
  }
  throw new Refused("unsupported-value", tag, place, "Lantern compares text only");
}

function sayTest(query, test, place, columns) {
  const { field, operator, values } = test;
  if (values.length === 0) throw new Refused("invalid-plan", field, place, "a test has at least one value");
  if (!Object.hasOwn(columns, field)) {
    throw new Refused("unsupported-field", field, place, `this stream carries ${Object.keys(columns).join(", ")}`);
  }
  if (values[0].tag === "boolean" && !["equals", "exists"].includes(operator)) {
    throw new Refused("invalid-plan", "boolean", place, "this operator does not go with this kind of value");
  }
  if (!VERBS.has(operator) || test.caseSensitive) {
    const what = test.caseSensitive ? "case-sensitive" : operator;
    throw new Refused("unsupported-operator", what, place, "Lantern knows is, holds, begins and ends, without case");
  }
  values.forEach((value, index) => {
    query.word(index === 0 ? "(" : test.all ? " and (" : " or (");
    texts(value, place).forEach(([needs, text], number) => {
      query.word(`${number ? " or " : ""}${columns[field]} ${VERBS.get(needs ?? operator)} `);
      query.literal(text, place, index);
    });
    query.word(")");
  });
}

// One node. Children come before their parents, so a node that names a later one is no plan.
function say(query, nodes, at, search, columns, depth = 0) {
  const place = { part: "search", index: search, node: at < nodes.length ? at : null };
  if (at >= nodes.length || depth > DEPTH) {
    const code = depth > DEPTH ? "too-large" : "invalid-plan";
    throw new Refused(code, "node", place, "the condition is nested too deeply, or names a node that is not there");
  }
  const { tag, val } = nodes[at];
  if (tag === "keywords") {
    throw new Refused("unsupported-operator", "keywords", place, "Lantern has no search in all fields");
  }
  if (tag === "test") {
    query.word("(");
    sayTest(query, val, place, columns);
    return query.word(")");
  }
  const children = tag === "negate" ? [val] : [...val];
  const words = { negate: ["not (", "", ")"], all: ["(", " and ", ")"], any: ["(", " or ", ")"] }[tag];
  if (children.length === 0 || children.some((child) => child >= at)) {
    const reason = "a node without a child, or with one that does not come before it";
    throw new Refused("invalid-plan", "node", place, reason);
  }
  children.forEach((child, number) => {
    query.word(words[number ? 1 : 0]);
    say(query, nodes, child, search, columns, depth + 1);
  });
  query.word(words[2]);
}

function sayHunt(hunt, target) {
  const here = { part: "hunt", index: 0, node: null };
  if (target.form !== "query" || Object.keys(JSON.parse(target.mapping)).length > 0) {
    throw new Refused("invalid-options", "form or mapping", here, "Lantern has queries without options");
  }
  for (const [part, found] of [["stage", hunt.stages], ["correlation", hunt.correlations]]) {
    if (found.length > 0) throw new Refused(`unsupported-${part}`, part, { ...here, part }, "Lantern has none");
  }
  if (hunt.window.tag !== "last-seconds") {
    throw new Refused("unsupported-value", "window", here, "Lantern only looks back from now");
  }
  if (hunt.searches.length === 0) throw new Refused("invalid-plan", "searches", here, "the hunt has no search");
  const query = new Query();
  query.word(`# ${[...hunt.title].map((character) => (unseen(character) ? " " : character)).join("")}\n`);
  hunt.searches.forEach((search, number) => {
    const name = search.class.category ?? "none";
    if (!STREAMS.has(name)) {
      const place = { part: "search", index: number, node: null };
      throw new Refused("unsupported-class", name, place, "no stream has these events");
    }
    const [stream, columns] = STREAMS.get(name);
    query.word(`${number ? "then " : ""}find ${stream} since ${hunt.window.val}s where `);
    say(query, search.predicate.nodes, search.predicate.root, number, columns);
    query.word("\n");
  });
  const { literals } = query;
  const [name, text] = [hunt.id, query.parts.join("")];
  return [{ name, mediaType: "text/plain", language: "lantern", text, notes: [], literals, properties: [] }];
}

export const emitter = {
  emit(ctx, hunts, target) {
    return hunts.map((hunt) => {
      try {
        return { tag: "ok", val: sayHunt(hunt, target) };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return { tag: "err", val: [error.refusal] };
      }
    });
  },
};

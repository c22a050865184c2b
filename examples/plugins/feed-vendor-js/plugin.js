// Reports of a vendor (invented) that asks for an API key. The answer is JSON:
//
//   {"vendor": "…", "reports": [{"id": "…", "link": "…", "title": "…", "published": "…", "tlp": "…", "text": "…",
//                                "indicators": [{"type": "domain", "value": "…"}]}]}
//
// Names of the contract are written in camel case (`media-type` is `mediaType`), an option without a value is `null`, a
// variant `{ tag, val }`; an error is thrown as the contract's record. There is no clock, no randomness and no console:
// asking for one of them ends the call.

import * as http from "huntsmith:host/http@0.1.0";

// The vendor's types of indicators, and the contract's kinds (wit/VOCABULARY.md, "Indicator kinds").
const KINDS = { domain: "domain", ip: "ipv4", link: "url", sha256: "sha256" };
const CHUNK = 1 << 12;
const DEPTH = 32;

const failure = (code, message) => ({ code, message, properties: [] });

function option(ctx, name) {
  return JSON.parse(ctx.config)[name] ?? null;
}

// UTF-8 to a text: the engine has no TextDecoder.
function decoded(chunks) {
  let escaped = "";
  for (const bytes of chunks) {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      escaped += escape(String.fromCharCode(...bytes.slice(at, at + CHUNK)));
    }
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    throw failure("unsupported", "the answer is not UTF-8");
  }
}

// JSON.parse goes down a level for each bracket, and a hostile answer has more of them than the stack has room for.
function parsed(text) {
  let [depth, quoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "[" || character === "{")) depth++;
    else if (!quoted && (character === "]" || character === "}")) depth--;
    if (depth > DEPTH) throw failure("malformed", "the answer is nested too deeply");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("malformed", `the answer is not JSON: ${error.message}`);
  }
}

// What the host's client says went wrong, in the contract's codes: `configuration` where the operator has to act.
function refused(url, error) {
  const acts = ["not-granted", "blocked-address"].includes(error.tag);
  const detail = error.val === null || error.val === undefined ? "" : `: ${error.val}`;
  return failure(acts ? "configuration" : "unavailable", `${url} was not fetched: ${error.tag}${detail}`);
}

// The answer in pieces and its tag; null where nothing changed since `etag`.
function get(url, etag) {
  const headers = [{ name: "Accept", value: "application/json" }];
  if (etag) headers.push({ name: "If-None-Match", value: etag });
  // The secret goes by its name: the host adds the header.
  const request = { method: "GET", url, headers, body: null, secret: "vendor-key" };
  const chunks = [];
  let answer;
  try {
    answer = http.fetch(request);
    for (;;) {
      const chunk = answer.body.read(1 << 20);
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw refused(url, error);
  }
  if (answer.status === 304) return null;
  if ([401, 403].includes(answer.status)) {
    throw failure("configuration", `${url} answered ${answer.status}: the secret \`vendor-key\` is not the right one`);
  }
  if (answer.status < 200 || answer.status > 299) throw failure("unavailable", `${url} answered ${answer.status}`);
  const tag = answer.headers.find((header) => header.name.toLowerCase() === "etag")?.value ?? null;
  return { chunks, etag: tag !== null && tag.length <= 1024 ? tag : null };
}

const text = (value) => (typeof value === "string" && value.trim() !== "" ? value : null);
const matching = (value, pattern) => (text(value) !== null && pattern.test(value) ? value : null);

// The text as a document that a reader reads: what stands in it is found by the extractors.
function document(value) {
  const escaped = unescape(encodeURIComponent(value.toWellFormed()));
  const bytes = Uint8Array.from(escaped, (c) => c.charCodeAt(0));
  return { name: null, mediaType: "text/plain; charset=utf-8", baseUrl: null, bytes };
}

// What the vendor states in structured form: kept with the vendor's own id. The others are counted.
function facts(report) {
  const stated = Array.isArray(report.indicators) ? report.indicators : [];
  const known = stated.filter((it) => text(it?.value) !== null && Object.hasOwn(KINDS, it.type));
  const facts = known.map((it) => ({ id: report.id, kind: KINDS[it.type], value: it.value.trim(), properties: [] }));
  return [facts, stated.length - known.length];
}

// Every report is an item or has a note that says why not: nothing is dropped in silence.
function page(chunks, cursor) {
  const answer = parsed(decoded(chunks));
  if (typeof answer?.vendor !== "string" || !Array.isArray(answer.reports)) {
    throw failure("unsupported", "the answer is not the vendor's: it has no `vendor` and `reports`");
  }
  const items = [];
  const notes = [];
  const keys = new Set();
  answer.reports.forEach((report, index) => {
    const note = (code, why) => notes.push({ code, message: `report ${index + 1}: ${why}`, properties: [] });
    const key = text(report?.id);
    if (key === null || text(report.title) === null) return note("entry_skipped", "it has no id or no title");
    if (keys.has(key)) return note("duplicate_item", "its id came before");
    keys.add(key);
    const url = matching(report.link, /^https?:\/\/[\x21-\x7e]+$/);
    if (url === null) note("link_not_web", "its address is not http or https");
    const published = matching(report.published, /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}Z$/);
    if (published === null) note("date_unreadable", "its date is not as `2026-03-01T09:30:00Z`");
    const [stated, others] = facts(report);
    if (others > 0) note("attribute_skipped", `${others} of its indicators are of no kind that is known here`);
    items.push({
      key,
      url,
      title: report.title,
      published,
      updated: null,
      tlp: matching(report.tlp, /^(clear|green|amber|amber\+strict|red)$/),
      summary: null,
      body: text(report.text) === null ? null : document(report.text),
      facts: stated,
      properties: [],
    });
  });
  return { title: answer.vendor, items, cursor, more: false, notes };
}

export const feed = {
  // `input` is a local file that the operator named; without one, the feed's address is asked. The cursor keeps what the
  // server said of its answer, so that the next poll only gets what changed.
  poll(ctx, input, cursor) {
    if (input !== null) return page([input.bytes], null);
    const url = option(ctx, "url");
    if (url === null) throw failure("configuration", "the feed has no `url` to fetch it from");
    const answer = get(url, matching(cursor, /^[\x21-\x7e]{1,1024}$/));
    return answer === null ? { title: null, items: [], cursor, more: false, notes: [] } : page(answer.chunks, answer.etag);
  },
};

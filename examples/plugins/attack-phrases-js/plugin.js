// Knows a few phrases and the technique that each stands for. The evidence is the sentence that holds the phrase.
//
// Names of the contract are written in camel case (`value-name` is `valueName`), an option without a value is `null`, a
// variant `{ tag, val }`. There is no clock, no randomness and no console: asking for one of them ends the call.

// Lower-case phrase, technique, and how sure one can be: of a hundred at 70, about seventy are right.
const PHRASES = [
  ["scheduled task", "T1053.005", 60],
  ["dumped lsass", "T1003.001", 85],
  ["golden ticket", "T1558.001", 80],
  ["phishing mail", "T1566", 70],
];

// Bytes of UTF-8: JavaScript counts UTF-16 units, the contract bytes. A pair of surrogates is one character of four.
function bytes(text) {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}

// Each sentence with its half-open range in bytes.
function* sentences(text) {
  let at = 0;
  for (const piece of text.match(/[^.\n]*[.\n]|[^.\n]+/g) ?? []) {
    const body = piece.trim();
    const start = at + bytes(piece.slice(0, piece.indexOf(body)));
    if (body) yield [body, { start, end: start + bytes(body) }];
    at += bytes(piece);
  }
}

// Runs once, when the plugin is prepared; leave it out where there is nothing to do. Build tables here: what is thrown
// (a text) stops the plugin from being loaded.
export function init() {}

export const classifier = {
  classify(ctx, article, indicators, observations) {
    const found = new Map();
    for (const [sentence, span] of sentences(article.content.text)) {
      const lower = sentence.toLowerCase();
      for (const [phrase, id, confidence] of PHRASES) {
        if (!lower.includes(phrase)) continue;
        if (!found.has(id)) {
          found.set(id, { id, source: "inferred", confidence, evidence: [], reasons: ["phrase"], properties: [] });
        }
        found.get(id).evidence.push(span);
      }
    }
    return { techniques: [...found.values()], actors: [], rejections: [] };
  },
};

// Finds serial numbers of USB devices: what follows the words "USB serial", where it looks like one.
//
// Names of the contract are written in camel case, an option without a value is `null`, a variant `{ tag, val }`. There is
// no clock, no randomness and no console: asking for one of them ends the call.

const KIND = "usb_serial";
// What an author writes before a serial number, and the number.
const SERIAL = /usb serial ([0-9a-z]+)/gi;

// Bytes of UTF-8: JavaScript counts UTF-16 units, the contract bytes.
function bytes(text) {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}

export const extractor = {
  extract(ctx, article) {
    const text = article.content.text;
    const indicators = new Map();
    const rejections = [];
    // Where the last match ended, in units and in bytes: each piece of the text is counted once.
    let [units, at] = [0, 0];
    for (const match of text.matchAll(SERIAL)) {
      const unit = match.index + match[0].length - match[1].length;
      const start = at + bytes(text.slice(units, unit));
      const span = { start, end: start + match[1].length };
      [units, at] = [unit + match[1].length, span.end];
      const value = match[1].toUpperCase();
      // Nothing is dropped without a reason.
      if (value.length < 8 || !/[0-9]/.test(value)) {
        rejections.push({ kind: KIND, value, span, reason: "not-a-serial", properties: [] });
      } else if (indicators.has(value)) {
        indicators.get(value).spans.push(span);
      } else {
        indicators.set(value, {
          kind: KIND,
          value,
          parts: [],
          spans: [span],
          defanged: false,
          role: "attacker",
          confidence: 80,
          reasons: ["stated"],
          properties: [],
        });
      }
    }
    return { indicators: [...indicators.values()], observations: [], relations: [], rejections };
  },
};

// Reads notes: a line that begins with `== ` is a heading, what stands between blank lines is a paragraph.
//
// Names of the contract are written in camel case (`media-type` is `mediaType`), an option without a value is `null`; an
// error is thrown as the contract's record. There is no clock, no randomness and no console: asking for one of them ends
// the call.

const CHUNK = 1 << 12;
// What nobody sees, or what controls a terminal.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

// Bytes of UTF-8: JavaScript counts UTF-16 units, the contract bytes.
function bytes(text) {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}

// UTF-8 to a text: the engine has no TextDecoder. What is no UTF-8 is read as Latin-1, with a note.
function decoded(bytes, notes) {
  let latin = "";
  for (let at = 0; at < bytes.length; at += CHUNK) latin += String.fromCharCode(...bytes.slice(at, at + CHUNK));
  try {
    return decodeURIComponent(escape(latin)).replace(/^\ufeff/, "");
  } catch {
    notes.push({ code: "encoding_mended", message: "it is not UTF-8, and was read as Latin-1", properties: [] });
    return latin;
  }
}

// White space collapsed, nothing that nobody sees, normal form C.
const seen = (text) => text.replace(/\s+/g, " ").replace(UNSEEN, "").trim().normalize("NFC");

// Kind, level and text of each block, in reading order.
function* pieces(text) {
  for (const paragraph of text.replaceAll("\r\n", "\n").split("\n\n")) {
    const lines = paragraph.split("\n");
    const headings = lines.filter((line) => line.startsWith("== "));
    for (const line of headings) yield ["heading", 1, seen(line.slice(3))];
    yield ["paragraph", 0, seen(lines.filter((line) => !line.startsWith("== ")).join(" "))];
  }
}

function content(text) {
  const [parts, blocks] = [[], []];
  let [at, heading, title] = [0, null, null];
  for (const [kind, level, piece] of pieces(text)) {
    if (piece === "") continue;
    // Spans are into the text that is handed back, where a blank line parts the blocks.
    const span = { start: at, end: at + bytes(piece) };
    const above = kind === "heading" ? null : heading;
    blocks.push({ span, kind, level, heading: above, cell: null, language: null, properties: [] });
    if (kind === "heading") [heading, title] = [blocks.length - 1, title ?? piece];
    parts.push(piece);
    at = span.end + 2;
  }
  const joined = parts.join("\n\n");
  return { title, published: null, language: null, text: joined, blocks, links: [], properties: [] };
}

export const reader = {
  read(ctx, document) {
    // An error is for input of which nothing can be said; `unsupported` hands it to the next reader.
    if (document.bytes.length === 0 || document.bytes.includes(0)) {
      throw { code: "unsupported", message: "the document is empty, or no text", properties: [] };
    }
    const notes = [];
    return { contents: [content(decoded(document.bytes, notes))], children: [], notes };
  },
};

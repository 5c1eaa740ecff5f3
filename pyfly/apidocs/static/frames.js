// Frames as people read and write them.

const MOST_BYTES = 2048;
const MOST_CHARACTERS = 20_000;
const MOST_LAID_OUT = 2 * MOST_CHARACTERS;

/** A number of bytes in words. */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The time of day to the millisecond. */
export function timeOf(date) {
  const two = (number, digits = 2) => String(number).padStart(digits, "0");
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => two(part));
  return `${parts.join(":")}.${two(date.getMilliseconds(), 3)}`;
}

/** The text that shows a frame's data: JSON laid out where that is not much longer, bytes as hexadecimal with the characters beside. */
export function shown(data) {
  if (typeof data !== "string") return hexDump(data);
  if (data.length > MOST_CHARACTERS) {
    return `${data.slice(0, MOST_CHARACTERS)}\n… ${data.length - MOST_CHARACTERS} more characters`;
  }
  return /^\s*[[{]/.test(data) && lengthLaidOut(data) <= MOST_LAID_OUT ? laidOut(data) : data;
}

/** How long JSON is once it is laid out; each level indents its lines further, so that a short text may become a huge one. */
function lengthLaidOut(text) {
  let length = text.length;
  let depth = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*\\?(?:"|$)|[[\]{},]/gs)) {
    if (mark[0] === '"') continue; // a string, whatever it holds, also one without an end
    if (mark === "[" || mark === "{") depth += 1;
    else if (mark !== ",") depth -= 1;
    length += 1 + 2 * Math.max(depth, 0);
  }
  return length;
}

function laidOut(text) {
  // Numbers stay as they came: one of 64 bits would lose its last digits.
  const exact = (_, value, context) =>
    typeof value === "number" && JSON.rawJSON && context ? JSON.rawJSON(context.source) : value;
  try {
    return JSON.stringify(JSON.parse(text, exact), null, 2);
  } catch {
    return text;
  }
}

function hexDump(bytes) {
  const rows = [];
  for (let start = 0; start < Math.min(bytes.length, MOST_BYTES); start += 16) {
    const row = [...bytes.slice(start, start + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const characters = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    rows.push(`${hex.padEnd(47)}  ${characters}`);
  }
  if (bytes.length > MOST_BYTES) rows.push(`… ${bytes.length - MOST_BYTES} more bytes`);
  return rows.join("\n");
}

/** What to send for what was written: `{data}`, or `{problem}` in words. JSON may go in a "binary" frame. */
export function encode(text, format, jsonFrame = "text") {
  if (format === "json") {
    try {
      JSON.parse(text);
    } catch (error) {
      return { problem: `This is no JSON: ${error.message}. Choose Text to send it as it is.` };
    }
    return { data: jsonFrame === "binary" ? new TextEncoder().encode(text) : text };
  }
  if (format !== "binary") return { data: text };
  const digits = text.replace(/0x|[\s,:]/g, "");
  if (!/^[0-9a-f]*$/i.test(digits)) return { problem: "Bytes are written in hexadecimal, such as 48 65 6c 6c 6f." };
  if (digits.length % 2) return { problem: "Each byte has two hexadecimal digits; one is missing." };
  return { data: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) };
}

// How a connection ended, in words (RFC 6455, section 7.4, and what a browser makes of it).
import { isolated } from "./elements.js";

const WORDS = {
  1000: ["Normal closure", "The conversation is over; nothing went wrong."],
  1001: ["Going away", "The server is shutting down, or the client has left."],
  1002: ["Protocol error", "One side broke the rules of the WebSocket protocol."],
  1003: ["Unsupported data", "The handler got a kind of frame it does not take: binary instead of text, or the reverse."],
  1005: ["No status", "The connection was closed without a code."],
  1007: ["Invalid data", "The message did not fit: no valid JSON, or not the model that the handler expects."],
  1008: ["Policy violation", "The server does not accept what the client did, or who it is."],
  1009: ["Message too big", "The message is larger than the server takes."],
  1010: ["Mandatory extension", "The client insisted on an extension that the server did not offer."],
  1011: ["Internal error", "Nobody caught the handler's error; its traceback is in the server's log."],
  1012: ["Service restart", "The server is restarting; try again in a moment."],
  1013: ["Try again later", "The server has too much to do; try again later."],
  1014: ["Bad gateway", "A server in between got no proper answer from the one behind it."],
  1015: ["TLS failure", "The encrypted connection could not be made."],
  3000: ["Unauthorized", "What proves who the client is has run out, or was never given; come back with a new one."],
  3003: ["Forbidden", "The server knows who the client is, and does not let it do this."],
  3008: ["Timeout", "Nothing was said for longer than the server waits."],
};

const UNREACHABLE = ["Not reached", "The server did not answer. Is it still running?"];
const REFUSED = [
  "Handshake refused",
  "The server is there, and turned this connection down before it began: an argument that does not fit, a missing token, " +
    "an origin it does not know, too many sessions, or a handler that denied it. Browsers keep the answer from pages; the server's log has it.",
];
const UNREADABLE = [
  "No answer to read",
  "The server is there, and the browser kept its answer from this page: where the page comes from another origin, the server " +
    "has to allow that by CORS. The server's log has the answer.",
];
const LOST = [
  "Connection lost",
  "No close frame came: the network or a proxy cut the connection, or the server's process ended.",
];

/** Words for a close code.
 *
 * `opened` is whether the handshake had succeeded, `reachable` whether the server answers other requests,
 * `declared` what the document says of the endpoint's close codes, and `refusals` of the statuses that it refuses with.
 *
 * Returns `{title, text, tone}`; the tone is "good", "fair" or "bad".
 */
export function explainClose(code, { opened = true, reachable = true, declared = {}, refusals = {} } = {}) {
  const own = declared[code];
  const told = typeof own === "string" ? own : own?.description;
  const [title, text] = wordsFor(code, opened, reachable);
  const tone = code === 1000 || code === 1005 ? "good" : [1001, 1012, 1013].includes(code) ? "fair" : "bad";
  if (code === 1006 && !opened && reachable) return { title, text: [text, ...statuses(refusals)].join(" "), tone };
  return { title, text: told ? `${sentence(isolated(told))} ${text}` : text, tone };
}

/** Words for a stream of which no answer was to be had: `reachable` is whether the server answers other requests. */
export const explainSilence = (reachable) => (reachable ? UNREADABLE : UNREACHABLE);

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

function statuses(refusals) {
  const known = Object.entries(refusals).map(([status, meaning]) => `${status} (${meaning.replace(/[.]$/, "")})`);
  return known.length ? [`This endpoint may have answered: ${known.join(", ")}.`] : [];
}

function wordsFor(code, opened, reachable) {
  if (code === 1006) {
    if (opened) return LOST;
    return reachable ? REFUSED : UNREACHABLE;
  }
  if (WORDS[code]) return WORDS[code];
  if (code >= 4000) return ["Application code", "A code of the application's own."];
  if (code >= 3000) return ["Registered code", "A code registered for a library or framework."];
  return ["Reserved code", "The protocol keeps this code for later."];
}

// The two kinds of connection the console makes, with one face: callbacks for what happens, `send` and `close`.
import { eventParser } from "./event-stream.js";

const LONGEST_BODY = 20_000;

/** Open a WebSocket.
 *
 * Calls `opened({protocol})`, `received({kind, data, size})` with a text or bytes, and in the end
 * `ended({code, reason, opened})`.
 */
export function openSocket(url, { protocols, opened, received, ended }) {
  const socket = new WebSocket(url, protocols);
  let wasOpen = false;
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    wasOpen = true;
    opened({ protocol: socket.protocol });
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") received({ kind: "text", data, size: byteLength(data) });
    else received({ kind: "binary", data: new Uint8Array(data), size: data.byteLength });
  };
  socket.onclose = ({ code, reason }) => ended({ code, reason, opened: wasOpen });
  return { send: (data) => socket.send(data), close: (...how) => socket.close(...how) };
}

/** That no answer came which the page may read. */
export class NoAnswer extends Error {}

/** Read a stream of events.
 *
 * Calls `opened({status})`, `received({kind: "event", name, id, data, size})`, and in the end `ended({status, body})` for
 * an answer that is no event stream, `ended({stopped: true})` once closed from here, `ended({error})` when the connection
 * breaks, a `NoAnswer` where it never came to be, or `ended({})` when the server has finished.
 */
export function openStream(url, { headers, opened, received, ended }) {
  const stop = new AbortController();
  // Made at once, so that what cannot be asked, such as a header that is none, is an error of the caller's.
  const request = new Request(url, { signal: stop.signal, headers: { accept: "text/event-stream", ...headers }, cache: "no-store" });
  read(request, opened, received).then(ended, (error) =>
    ended(stop.signal.aborted ? { stopped: true } : { error }),
  );
  return { close: () => stop.abort() };
}

async function read(request, opened, received) {
  const answer = await fetch(request).catch((error) => Promise.reject(new NoAnswer(error.message)));
  const type = answer.headers.get("content-type") ?? "";
  if (!answer.ok || !type.startsWith("text/event-stream")) {
    return { status: answer.status, type, body: (await answer.text()).slice(0, LONGEST_BODY) };
  }
  opened({ status: answer.status });
  const parse = eventParser((event) => received({ kind: "event", ...event }));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) parse(part.value);
  return {};
}

/** Bytes of a text in UTF-8. */
export const byteLength = (text) => new TextEncoder().encode(text).length;

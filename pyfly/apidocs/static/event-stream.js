// Server-sent events, read from a response as they come (WHATWG HTML, section 9.2).
// EventSource would hide events whose names it was not told beforehand, failed responses, and headers.

/** Return a parser; give it text as it comes, and it calls back with `{name, data, id, size}` for each event. */
export function eventParser(onEvent) {
  let rest = "";
  let event = { name: "", data: [], size: 0 };
  let lastId = "";

  const line = (text, size) => {
    event.size += size;
    if (text === "") {
      if (event.data.length) onEvent({ ...event, name: event.name || "message", data: event.data.join("\n"), id: lastId });
      event = { name: "", data: [], size: 0 };
      return;
    }
    const colon = text.indexOf(":");
    const key = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (key === "data") event.data.push(value);
    else if (key === "event") event.name = value;
    else if (key === "id" && !value.includes("\0")) lastId = value;
  };

  return (chunk) => {
    rest += chunk;
    // A carriage return at the end may be half of a line break.
    for (let end; (end = /\r\n|\n|\r(?!$)/.exec(rest)); ) {
      const text = rest.slice(0, end.index);
      rest = rest.slice(end.index + end[0].length);
      line(text, new TextEncoder().encode(text).length + end[0].length);
    }
  };
}

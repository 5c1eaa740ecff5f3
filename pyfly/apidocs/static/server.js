// The server that a page talks to which lies on a web server of its own: named by the reader, and remembered there.
import { fromTemplate } from "./elements.js";

const KEY = `pyfly-docs-server ${new URL(".", location.href).pathname}`;
const HERE = /^(localhost|127\.|\[::1\])/i;

/** Return the address of a server as the page uses it, with http or https and a slash at its end; null for what is none. */
export function serverAddress(text) {
  const written = text.trim();
  if (!written) return null;
  const full = /^[a-z]+:\/\//i.test(written) ? written : `${HERE.test(written) ? "http" : "https"}://${written}`;
  const address = URL.parse(full.replace(/^ws(?=s?:)/i, "http"));
  if (!address || !["http:", "https:"].includes(address.protocol)) return null;
  return `${address.origin}${address.pathname.replace(/\/*$/, "/")}`;
}

/** Return the server to talk to: the reader's, else the one that the page was made for, else the documents' first. */
export function chosenServer(given, openapi, asyncapi) {
  const [named] = Object.values(asyncapi?.servers ?? {});
  const candidates = [
    remembered(),
    given,
    openapi?.servers?.find(({ url }) => /^https?:/.test(url))?.url,
    named && `${named.protocol}://${named.host}${named.pathname ?? ""}`,
  ];
  return candidates.map((each) => serverAddress(each ?? "")).find(Boolean) ?? null;
}

/** Put a form below an element, in which the reader names another server; `current` is the one in use, or null. */
export function showServerForm(place, current) {
  const form = fromTemplate("server-template");
  const { server } = form.elements;
  const problem = form.querySelector("[data-server-problem]");
  server.value = current?.replace(/\/$/, "") ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = serverAddress(server.value);
    problem.hidden = Boolean(address) || !server.value.trim();
    problem.textContent = "This is no address of a server; write one such as https://api.example.com.";
    if (!problem.hidden) return;
    remember(address);
    location.reload();
  });
  place.after(form);
}

// Kept by the browser and never part of a link: a link must not send tokens to a server that someone else has chosen.
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off: the page's own server stays
  }
}

function remember(address) {
  if (address) localStorage.setItem(KEY, address);
  else localStorage.removeItem(KEY);
}

// The list of what went over a connection, the latest at the end.
import { element, fromTemplate } from "./elements.js";
import { shown, sizeOf, timeOf } from "./frames.js";

const MOST_ENTRIES = 500;
const MOST_BYTES = 16_000_000;
const LONGEST_FACT = 100;
const WAYS = { in: ["↓", "Received"], out: ["↑", "Sent"], note: ["•", "Note"] };

export class Transcript {
  #root;
  #list;
  #totals;
  #empty;
  #entries = [];
  #waiting = 0;
  #dropped = 0;
  #kept = 0;
  #count = { in: 0, out: 0, bytes: 0 };

  constructor(root, name) {
    this.#root = root;
    this.#list = root.querySelector("[data-log]");
    this.#totals = root.querySelector("[data-totals]");
    this.#empty = root.querySelector("[data-empty]");
    this.#list.setAttribute("aria-label", `Frames of ${name}`);
    root.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    root.querySelector("[data-save]").addEventListener("click", () => this.#save(name));
    this.clear();
  }

  /** Add a frame (`way` is "in" or "out") with its data, size in bytes, kind, and for events name and id. */
  frame(way, { kind, data, size, name, id }) {
    this.#count[way] += 1;
    this.#count.bytes += size;
    this.#add({ way, kind, data, size, name, id });
  }

  /** Add a note in words; the tone is "good", "fair" or "bad". */
  note(title, text = "", tone = "fair") {
    this.#add({ way: "note", title, text, tone });
  }

  clear() {
    this.#entries = [];
    this.#waiting = 0;
    this.#dropped = this.#kept = 0;
    this.#count = { in: 0, out: 0, bytes: 0 };
    this.#list.replaceChildren();
    this.#summarise();
  }

  #add(entry) {
    entry.at = new Date();
    this.#entries.push(entry);
    this.#kept += entry.size ?? 0;
    while (this.#entries.length > MOST_ENTRIES || (this.#kept > MOST_BYTES && this.#entries.length > 1)) {
      this.#kept -= this.#entries.shift().size ?? 0;
      this.#dropped += 1;
    }
    // One paint for all that came meanwhile; a hidden page paints never, but goes on receiving.
    this.#waiting += 1;
    if (this.#waiting > 1) return;
    if (document.hidden) queueMicrotask(() => this.#paint());
    else requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    const list = this.#list;
    const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    const most = this.#entries.length;
    list.append(...this.#entries.slice(Math.max(0, most - this.#waiting)).map(row));
    this.#waiting = 0;
    while (list.children.length > most) list.firstElementChild.remove();
    if (follows) list.scrollTop = list.scrollHeight;
    this.#summarise();
  }

  #summarise() {
    const { in: received, out: sent, bytes } = this.#count;
    const words = [`${received} received`, `${sent} sent`, sizeOf(bytes)];
    if (this.#dropped) words.push(`the last ${this.#entries.length} are shown`);
    this.#totals.textContent = words.join(" · ");
    this.#empty.hidden = this.#entries.length > 0;
    this.#root.toggleAttribute("data-filled", this.#entries.length > 0);
  }

  #save(name) {
    const lines = this.#entries.map(({ at, data, ...entry }) => {
      const content = data instanceof Uint8Array ? { hex: [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("") } : { data };
      return JSON.stringify({ at: at.toISOString(), ...entry, ...content });
    });
    const address = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "application/x-ndjson" }));
    element("a", { href: address, download: `${name.toLowerCase().replaceAll(" ", "-")}.ndjson` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}

const brief = (text) => (text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : text);

function row(entry) {
  const made = fromTemplate("entry-template");
  const [arrow, word] = WAYS[entry.way];
  made.classList.add(entry.way, entry.tone ?? "plain");
  made.querySelector("[data-arrow]").textContent = arrow;
  made.querySelector("[data-way]").textContent = entry.way === "note" ? entry.title : word;
  const time = made.querySelector("time");
  time.textContent = timeOf(entry.at);
  time.dateTime = entry.at.toISOString();
  const facts = entry.way === "note" ? [] : [entry.name, entry.id && `id ${entry.id}`, entry.kind !== "event" && entry.kind];
  const chips = facts.filter(Boolean).map((fact) => element("span", { className: "chip", textContent: brief(fact) }));
  made.querySelector("[data-facts]").append(...chips);
  made.querySelector("[data-size]").textContent = entry.way === "note" ? "" : sizeOf(entry.size);
  const content = made.querySelector("[data-content]");
  if (entry.way === "note") content.replaceWith(element("p", { className: "words", textContent: entry.text, hidden: !entry.text }));
  else content.textContent = entry.data.length ? shown(entry.data) : "(empty)";
  return made;
}

// One client of the console: a form to connect with, a message to send, and what came of it.
import { explainClose, explainSilence } from "./close-codes.js";
import { byteLength, NoAnswer, openSocket, openStream } from "./connections.js";
import { copy, element, fromTemplate, isolated, withCode } from "./elements.js";
import { encode } from "./frames.js";
import { Transcript } from "./transcript.js";

const PLACES = ["path", "query", "header"];
const MASK = "•••";
const CARRIERS = {
  query: ["Query parameter", "token"],
  protocol: ["Subprotocol", "bearer"],
  header: ["Header", "Authorization"],
};

export class Client {
  #form;
  #compose;
  #endpoints;
  #home;
  #changed;
  #probe;
  #transcript;
  #inputs = [];
  #link = null;
  #leaving = false;
  #state = "closed";

  /**
   * `endpoints` is what can be talked to, `home` the address that paths are relative to, `changed` is called
   * whenever the form was, and `probe` tells whether the server answers at all.
   */
  constructor(name, { endpoints, home, changed, removed, shared, probe }) {
    this.root = fromTemplate("client-template");
    this.root.setAttribute("aria-label", name);
    this.#endpoints = endpoints;
    this.#home = home;
    this.#changed = changed;
    this.#probe = probe;
    this.#form = this.#find("[data-connect]");
    this.#compose = this.#find("[data-compose]");
    this.#transcript = new Transcript(this.#find("[data-transcript]"), name);
    this.#find("[data-name]").textContent = name;
    this.#find("[data-remove]").addEventListener("click", removed);
    this.#find("[data-share]").addEventListener("click", ({ target }) => copy(shared(), target));
    this.#find("[data-copy-address]").addEventListener("click", ({ target }) => copy(String(this.#address()), target));
    this.#listen();
    this.#fields.endpoint.append(...groups(endpoints));
    this.#choose();
  }

  /** What the form holds, but for the token and what else is secret. */
  get form() {
    const { protocols, carrier, carrierName, message } = this.#fields;
    const words = { endpoint: this.#endpoint.id, carrier: carrier.value, carrierName: carrierName.value };
    if (this.#endpoint.kind === "WS") {
      Object.assign(words, { protocols: protocols.value, format: this.#format, message: message.value });
    }
    const values = Object.fromEntries(PLACES.map((place) => [place, {}]));
    for (const [field, input] of this.#inputs) {
      if (!field.secret && !this.#isToken(field)) values[field.place][field.name] = input.value;
    }
    return { ...words, ...values };
  }

  set form(form) {
    const fields = this.#fields;
    if (this.#endpoints.some(({ id }) => id === form.endpoint)) fields.endpoint.value = form.endpoint;
    this.#choose();
    for (const [field, input] of this.#inputs) input.value = form[field.place]?.[field.name] ?? input.value;
    for (const name of ["protocols", "carrier", "carrierName", "message"]) {
      if (form[name] !== undefined) fields[name].value = form[name];
    }
    if (form.protocols) this.#find("[data-access]").open = true;
    if (form.format) this.#setFormat(form.format);
    this.#arrange();
    this.#showAddress();
  }

  /** Put the keyboard where one would go on. */
  focus() {
    this.#find("[data-main]").focus();
  }

  close() {
    this.#leaving = true;
    if (this.#endpoint.kind === "WS") this.#link?.close(1000);
    else this.#link?.close();
  }

  get #fields() {
    return { ...named(this.#form), ...named(this.#compose) };
  }

  get #endpoint() {
    return this.#endpoints.find(({ id }) => id === this.#fields.endpoint.value);
  }

  get #format() {
    return this.#compose.elements.format.value;
  }

  #find(selector) {
    return this.root.querySelector(selector);
  }

  #listen() {
    const { endpoint, draft, message, carrier, file } = this.#fields;
    endpoint.addEventListener("change", () => this.#choose());
    carrier.addEventListener("change", () => {
      this.#fields.carrierName.value = CARRIERS[carrier.value][1];
    });
    draft.addEventListener("change", () => this.#takeDraft());
    file.addEventListener("change", () => this.#sendFile(file));
    message.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#compose.requestSubmit();
    });
    this.root.addEventListener("input", () => this.#touched());
    this.root.addEventListener("change", () => this.#touched());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#link) this.close();
      else this.#open();
    });
    this.#compose.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  #touched() {
    this.#problem("");
    this.#arrange();
    this.#showAddress();
    this.#changed();
  }

  /** Show the form of the chosen endpoint. */
  #choose() {
    const endpoint = this.#endpoint;
    const isSocket = endpoint.kind === "WS";
    this.#inputs = endpoint.fields.map((field) => [field, inputOf(field)]);
    for (const place of PLACES) {
      const inputs = this.#inputs.filter(([field]) => field.place === place);
      const labels = inputs.map(([field, input]) => labelled(field, input));
      this.#find(`[data-place=${place}] [data-inputs]`).replaceChildren(...labels);
    }
    this.#find("[data-about]").textContent = about(endpoint);
    this.#find("[data-access-summary]").textContent = isSocket ? "Subprotocols and token" : "Token";
    this.#find("[data-protocols]").hidden = !isSocket;
    this.#fields.protocols.value = endpoint.protocols.join(", ");
    const offered = isSocket ? ["query", "protocol"] : ["header", "query"];
    // Who takes a token as a parameter, and says nothing of security, means that one.
    const taken = endpoint.fields.filter(({ secret }) => secret).map(({ place, name }) => ({ carrier: place, name }));
    const known = [...endpoint.tokens, ...taken].find(({ carrier }) => offered.includes(carrier));
    this.#find("[data-access]").open = endpoint.protocols.length > 0 || known !== undefined;
    this.#fields.carrier.replaceChildren(...offered.map((carrier) => new Option(CARRIERS[carrier][0], carrier)));
    this.#fields.carrier.value = known?.carrier ?? offered[0];
    this.#fields.carrierName.value = known?.name ?? CARRIERS[this.#fields.carrier.value][1];
    const unset = this.#find("[data-unset]");
    unset.hidden = !endpoint.handshakeHeaders.length;
    unset.textContent = `Browsers cannot set headers of a handshake; not sent: ${endpoint.handshakeHeaders.join(", ")}.`;
    this.#arrange();
    this.#compose.hidden = !isSocket;
    const { draft } = this.#fields;
    draft.replaceChildren(...endpoint.messages.map(({ title }, index) => new Option(title, index)));
    draft.closest("label").hidden = endpoint.messages.length < 1;
    this.#takeDraft();
    this.#showAddress();
  }

  /** Tell whether a field is what the token is sent as; it is then given as the token alone. */
  #isToken({ place, name }) {
    const { carrier, carrierName } = this.#fields;
    const same = place === "header" ? name.toLowerCase() === carrierName.value.toLowerCase() : name === carrierName.value;
    return place === carrier.value && same;
  }

  /** Show the fields that are to be filled here, and whether the token has to be. */
  #arrange() {
    for (const [field, input] of this.#inputs) input.closest("label").hidden = this.#isToken(field);
    for (const place of PLACES) {
      this.#find(`[data-place=${place}]`).hidden = !this.#inputs.some(([field]) => field.place === place && !this.#isToken(field));
    }
    const field = this.#inputs.map(([each]) => each).find((each) => this.#isToken(each));
    this.#fields.token.placeholder = field?.required ? "required" : "none";
    this.#fields.token.title = field?.description ?? "";
  }

  #takeDraft() {
    const draft = this.#endpoint.messages[this.#fields.draft.value];
    this.#fields.message.value = draft?.text ?? "";
    this.#setFormat(draft?.format ?? "text");
  }

  #setFormat(format) {
    for (const radio of this.#compose.elements.format) radio.checked = radio.value === format;
  }

  /** The address to connect to; masked, it shows nothing that is secret. */
  #address({ masked = false } = {}) {
    const { carrier, carrierName, token } = this.#fields;
    const query = new URLSearchParams();
    let path = this.#endpoint.path;
    for (const [field, input] of this.#inputs.filter(([each]) => !this.#isToken(each))) {
      const values = valuesOf(field, input).map((value) => (masked && field.secret ? MASK : value));
      if (field.place === "path") path = path.replace(`{${field.name}}`, values.map(encodeURIComponent).join(",") || `{${field.name}}`);
      if (field.place === "query") for (const value of values) query.append(field.name, value);
    }
    if (token.value && carrier.value === "query") query.append(carrierName.value, masked ? MASK : token.value);
    const address = new URL(this.#home + path.replace(/^\//, ""));
    address.search = query;
    if (this.#endpoint.kind === "WS") address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return address;
  }

  #showAddress() {
    const text = String(this.#address({ masked: true }));
    const readable = text.replaceAll("%7B", "{").replaceAll("%7D", "}").replaceAll(encodeURIComponent(MASK), MASK);
    this.#find("[data-address]").textContent = readable;
  }

  #open() {
    const missing = this.#inputs.find(([field, input]) => field.place === "path" && !input.value);
    if (missing) {
      missing[1].focus();
      this.#transcript.note(`${missing[0].name} is missing`, "It is part of the path; nothing was sent.", "bad");
      return;
    }
    const address = this.#address();
    this.#leaving = false;
    this.#set("connecting");
    this.#transcript.note("Connecting", this.#find("[data-address]").textContent);
    try {
      this.#link = this.#endpoint.kind === "WS" ? this.#openSocket(address) : this.#openStream(address);
    } catch (error) {
      this.#over("Not sent", error.message, "bad"); // such as a subprotocol with a space in it
    }
  }

  #openSocket(address) {
    const { carrier, carrierName, token } = this.#fields;
    const protocols = listed(this.#fields.protocols.value);
    if (token.value && carrier.value === "protocol") protocols.push(carrierName.value, token.value);
    const { closeCodes: declared, refusals } = this.#endpoint;
    return openSocket(address, {
      protocols,
      opened: ({ protocol }) => this.#opened(protocol ? `Subprotocol ${protocol}.` : ""),
      received: (frame) => this.#transcript.frame("in", frame),
      ended: async ({ code, reason, opened }) => {
        const reachable = code === 1006 && !opened && !this.#leaving ? await this.#probe() : true;
        if (this.#leaving) return this.#over(opened ? `Closed with ${code}` : "Cancelled", "You have closed the connection.", "good");
        const { title, text, tone } = explainClose(code, { opened, reachable, declared, refusals });
        const heard = reason && !text.toLowerCase().includes(isolated(reason).toLowerCase());
        const said = heard ? `The server said: “${isolated(reason)}”. ` : "";
        return this.#over(code === 1006 ? title : `Closed with ${code}: ${title}`, said + text, tone);
      },
    });
  }

  #openStream(address) {
    const { carrier, carrierName, token } = this.#fields;
    const headers = {};
    for (const [field, input] of this.#inputs) {
      if (field.place === "header" && input.value && !this.#isToken(field)) headers[field.name] = input.value;
    }
    if (token.value && carrier.value === "header") {
      const isBearer = carrierName.value.toLowerCase() === "authorization" && !token.value.includes(" ");
      headers[carrierName.value] = isBearer ? `Bearer ${token.value}` : token.value;
    }
    return openStream(address, {
      headers,
      opened: ({ status }) => this.#opened(`The server answered with ${status}; events follow.`),
      received: (frame) => this.#transcript.frame("in", frame),
      ended: (end) => this.#streamEnded(end),
    });
  }

  async #streamEnded({ status, type, body, stopped, error }) {
    if (stopped) this.#over("Stopped", "You have left the stream.", "good");
    else if (error instanceof NoAnswer) this.#over(...explainSilence(await this.#probe()), "bad");
    else if (error) this.#over("Connection lost", `The stream broke off: ${error.message}.`, "bad");
    else if (status === undefined) this.#over("Finished", "The server has ended the stream.", "good");
    else {
      if (body) this.#transcript.frame("in", { kind: type, data: body, size: byteLength(body) });
      this.#over(`Answered with ${status}`, "This is no event stream; the answer is above.", "bad");
    }
  }

  #opened(text) {
    this.#set("open");
    this.#transcript.note("Open", text, "good");
    if (this.#endpoint.kind === "WS") this.#fields.message.focus({ preventScroll: true });
  }

  #over(title, text, tone) {
    this.#link = null;
    this.#set("closed");
    this.#transcript.note(title, text, tone);
  }

  #set(state) {
    this.#state = state;
    this.root.dataset.state = state;
    const words = { closed: ["Closed", "Connect"], connecting: ["Connecting", "Cancel"], open: ["Open", "Disconnect"] };
    const [shown, action] = words[state];
    this.#find("[data-shown-state]").textContent = shown;
    this.#find("[data-main]").textContent = action;
    this.#find("[data-settings]").disabled = state !== "closed";
    this.#find("[data-send]").disabled = this.#fields.file.disabled = state !== "open";
  }

  #send() {
    if (this.#state !== "open") return;
    const { data, problem } = encode(this.#fields.message.value, this.#format, this.#endpoint.jsonFrame);
    if (problem) this.#problem(problem);
    else this.#transmit(data);
  }

  async #sendFile(input) {
    const [file] = input.files;
    input.value = "";
    if (file && this.#state === "open") this.#transmit(new Uint8Array(await file.arrayBuffer()));
  }

  #transmit(data) {
    const isText = typeof data === "string";
    this.#link.send(data);
    this.#transcript.frame("out", { kind: isText ? "text" : "binary", data, size: isText ? byteLength(data) : data.length });
  }

  #problem(text) {
    const place = this.#find("[data-problem]");
    place.textContent = text;
    place.hidden = !text;
  }
}

const named = (form) => Object.fromEntries([...form.elements].filter(({ name }) => name).map((input) => [input.name, input]));

const listed = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);

const valuesOf = (field, input) => (field.many ? listed(input.value) : [input.value].filter(Boolean));

function groups(endpoints) {
  const kinds = { WS: "WebSocket", SSE: "Event streams" };
  return Object.entries(kinds).flatMap(([kind, label]) => {
    const options = endpoints.filter((endpoint) => endpoint.kind === kind).map(({ id, path }) => new Option(path, id));
    return options.length ? [element("optgroup", { label }, ...options)] : [];
  });
}

function about({ title, summary }) {
  const first = summary.split(/\n\s*\n/)[0];
  return [title, first].filter((text, index, all) => text && all.indexOf(text) === index).join(" – ");
}

function inputOf(field) {
  if (field.options) {
    const optional = field.required ? [] : [new Option("not sent", "")];
    const select = element("select", {}, ...optional, ...field.options.map((option) => new Option(option)));
    select.value = field.initial;
    return select;
  }
  const hint = field.many ? "several, with commas between" : field.required ? field.hint : [field.hint, "optional"].filter(Boolean).join(", ");
  const type = field.secret ? "password" : "text";
  return element("input", { type, value: field.secret ? "" : field.initial, placeholder: hint, required: field.required, spellcheck: false, autocomplete: "off" });
}

function labelled(field, input) {
  const name = element("span", { className: "label" }, field.name, field.required ? element("em", { "aria-hidden": "true" }, "*") : null);
  const told = field.description ? element("small", {}, ...withCode(field.description)) : null;
  return element("label", { className: "field" }, name, input, told);
}

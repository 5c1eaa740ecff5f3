// What the console can talk to: the WebSocket channels of an AsyncAPI document, the event streams of an OpenAPI document.
import { resolve, sample, whole } from "./samples.js";

/** Names of values that are kept out of links and masked, as those with the format "password" are. */
const SECRET = /^(x-)?((access|auth|id|session)[-_]?)?token$|^(x-)?api[-_]?key$|^authorization$|^jwt$|secret|passw/i;
/** Headers of a handshake that have fields of their own, or that a browser sets by itself. */
const NOT_LISTED = ["sec-websocket-protocol", "cookie"];

/** The id of an endpoint, as links to the console name it. */
export const endpointId = (kind, path) => `${kind} ${path}`;

/** Tell whether an operation of an OpenAPI document answers with a stream of events. */
export function isEventStream(openapi, operation) {
  const responses = Object.values(operation?.responses ?? {});
  return responses.some((response) => resolve(openapi, response)?.content?.["text/event-stream"]);
}

/** Return all endpoints of both documents, either of which may be missing. */
export function endpointsOf(asyncapi, openapi) {
  return [...sockets(asyncapi ?? {}), ...streams(openapi ?? {})];
}

function sockets(asyncapi) {
  const operations = new Map();
  for (const each of Object.values(asyncapi.operations ?? {})) {
    const operation = resolve(asyncapi, each);
    const channel = resolve(asyncapi, operation.channel);
    if (operations.has(channel)) operations.get(channel).push(operation);
    else operations.set(channel, [operation]);
  }
  const channels = Object.values(asyncapi.channels ?? {}).map((channel) => resolve(asyncapi, channel));
  return channels
    .filter((channel) => channel.address)
    .map((channel) => socket(asyncapi, channel, operations.get(channel) ?? []));
}

function socket(asyncapi, channel, operations) {
  const binding = resolve(asyncapi, channel.bindings)?.ws ?? {};
  const headers = resolve(asyncapi, binding.headers);
  const common = resolve(asyncapi, channel["x-pyfly-endings"]) ?? {};
  const taken = operations.filter((operation) => operation.action === "receive");
  return {
    id: endpointId("WS", channel.address),
    kind: "WS",
    path: channel.address,
    title: channel.title ?? "",
    summary: channel.summary ?? "",
    fields: [
      ...Object.entries(channel.parameters ?? {}).map(([name, parameter]) => pathField(asyncapi, name, parameter)),
      ...schemaFields(asyncapi, "query", binding.query),
    ],
    handshakeHeaders: Object.keys(headers?.properties ?? {}).filter((name) => !NOT_LISTED.includes(name.toLowerCase())),
    protocols: channel["x-pyfly-subprotocols"] ?? [],
    messages: taken
      .flatMap((operation) => messagesOf(asyncapi, operation))
      .flatMap((message) => drafts(asyncapi, message)),
    jsonFrame: taken.some((operation) => messagesOf(asyncapi, operation).some(isJsonInBytes)) ? "binary" : "text",
    closeCodes: { ...common.closeCodes, ...channel["x-pyfly-close-codes"] },
    refusals: together(common.refusals, channel["x-pyfly-refusals"]),
    tokens: tokens(asyncapi, operations.flatMap((operation) => operation.security ?? [])),
  };
}

/** Meanings by status: a refused handshake does not tell who refused it, so that what holds for all counts as well. */
function together(common = {}, own = {}) {
  const told = { ...common, ...own };
  for (const [status, meaning] of Object.entries(common)) {
    const also = meaning.replace(/[.]$/, "");
    if (!told[status].includes(also)) told[status] = `${also}; or: ${own[status]}`;
  }
  return told;
}

function pathField(asyncapi, name, parameter) {
  const found = resolve(asyncapi, parameter) ?? {};
  return field(asyncapi, "path", name, found["x-pyfly-schema"], true, found.description);
}

function schemaFields(root, place, schema) {
  const found = resolve(root, schema);
  const required = found?.required ?? [];
  return Object.entries(found?.properties ?? {}).map(([name, inner]) =>
    field(root, place, name, inner, required.includes(name)),
  );
}

function field(root, place, name, written, required, description) {
  const schema = whole(root, written);
  const options = schema.enum?.filter((option) => option !== null) ?? ([schema.type].flat().includes("boolean") ? [true, false] : null);
  const type = schema.type ?? schema.anyOf?.map((each) => each.type).filter(Boolean) ?? [];
  const initial = schema.default ?? (required ? (schema.examples?.[0] ?? options?.[0] ?? sample(root, schema)) : undefined);
  return {
    place,
    name,
    required: Boolean(required),
    secret: schema.format === "password" || SECRET.test(name),
    options: options?.map(String) ?? null,
    many: [type].flat().includes("array"),
    initial: initial === undefined || initial === null ? "" : [initial].flat().map(textOf).join(", "),
    hint: [type].flat().filter((each) => each !== "null").join(" or "),
    description: description ?? schema.description ?? "",
  };
}

const textOf = (value) => (typeof value === "string" ? value : JSON.stringify(value));

const messagesOf = (asyncapi, operation) => operation.messages.map((message) => resolve(asyncapi, message));

const isJson = (message) => message.contentType.includes("json");

const isJsonInBytes = (message) => message["x-pyfly-frame"] === "binary" && isJson(message);

/** One draft for each example of a message, or one made from its schema; bytes are written in hexadecimal. */
function drafts(asyncapi, message) {
  const format = isJson(message) ? "json" : message.contentType.startsWith("text/") ? "text" : "binary";
  const examples = message.examples ?? [];
  if (!examples.length) return [{ title: message.title, format, text: draft(asyncapi, message, format) }];
  return examples.map(({ name, payload }) => ({
    title: name === "example" ? message.title : `${message.title}: ${name}`,
    format,
    text: written(payload, format),
  }));
}

function draft(asyncapi, message, format) {
  return format === "binary" ? "" : written(sample(asyncapi, message.payload), format);
}

function written(value, format) {
  if (format === "json") return JSON.stringify(value, null, 2);
  // Each character of a binary example is one byte.
  return format === "text" ? value : [...value].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join(" ");
}

function streams(openapi) {
  return Object.entries(openapi.paths ?? {}).flatMap(([path, item]) =>
    isEventStream(openapi, item.get) ? [stream(openapi, path, item.get)] : [],
  );
}

function stream(openapi, path, operation) {
  const fields = (operation.parameters ?? [])
    .filter((parameter) => parameter.in !== "cookie")
    .map(({ in: place, name, schema, required, description }) => field(openapi, place, name, schema, required, description));
  if (!fields.some(({ place, name }) => place === "header" && name.toLowerCase() === "last-event-id")) {
    const description = "Where to go on: the id of the last event that was seen.";
    fields.push(field(openapi, "header", "Last-Event-ID", { type: "string" }, false, description));
  }
  return {
    id: endpointId("SSE", path),
    kind: "SSE",
    path,
    title: operation.summary ?? "",
    summary: operation.description ?? "",
    fields,
    handshakeHeaders: [],
    protocols: [],
    messages: [],
    jsonFrame: "text",
    closeCodes: {},
    refusals: {},
    tokens: tokens(openapi, operation.security ?? openapi.security ?? []),
  };
}

/** How the documents say that a token is sent: `{carrier, name}`, the first one first. */
function tokens(root, security) {
  const schemes = root.components?.securitySchemes ?? {};
  const named = security.flatMap((item) => (item.$ref || item.type ? [item] : Object.keys(item).map((key) => schemes[key])));
  return named
    .map((scheme) => resolve(root, scheme))
    .flatMap((scheme) => {
      if (["apiKey", "httpApiKey"].includes(scheme?.type) && scheme.in === "query") {
        return [{ carrier: "query", name: scheme.name }];
      }
      if (["apiKey", "httpApiKey"].includes(scheme?.type) && scheme.in === "header") {
        return [{ carrier: "header", name: scheme.name }];
      }
      return scheme?.type === "http" || scheme?.type === "oauth2" ? [{ carrier: "header", name: "Authorization" }] : [];
    });
}

// What the console can talk to: the WebSocket channels of an AsyncAPI document, the event streams of an OpenAPI document.
import { resolve, sample } from "./samples.js";

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
  const channels = Object.values(asyncapi.channels ?? {}).map((channel) => resolve(asyncapi, channel));
  return channels.filter((channel) => channel.address).map((channel) => socket(asyncapi, channel));
}

function socket(asyncapi, channel) {
  const binding = resolve(asyncapi, channel.bindings)?.ws ?? {};
  const headers = resolve(asyncapi, binding.headers);
  const operations = Object.values(asyncapi.operations ?? {})
    .map((operation) => resolve(asyncapi, operation))
    .filter((operation) => resolve(asyncapi, operation.channel) === channel);
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
    handshakeHeaders: Object.keys(headers?.properties ?? {}).filter((name) => name !== "Sec-WebSocket-Protocol"),
    protocols: protocolsOf(asyncapi, headers),
    messages: taken
      .flatMap((operation) => messagesOf(asyncapi, channel, operation))
      .flatMap((message) => drafts(asyncapi, message)),
    jsonFrame: taken.some((operation) => sendsJsonBytes(asyncapi, channel, operation)) ? "binary" : "text",
    closeCodes: channel["x-pyfly-close-codes"] ?? {},
    refusals: channel["x-pyfly-refusals"] ?? {},
    tokens: tokens(asyncapi, operations.flatMap((operation) => operation.security ?? [])),
  };
}

function pathField(asyncapi, name, parameter) {
  const found = resolve(asyncapi, parameter) ?? {};
  const own = { enum: found.enum, default: found.default, examples: found.examples };
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const schema = { type: "string", ...resolve(asyncapi, found["x-pyfly-schema"]), ...known };
  return field(asyncapi, "path", name, schema, true, found.description);
}

function schemaFields(root, place, schema) {
  const found = resolve(root, schema);
  const required = found?.required ?? [];
  return Object.entries(found?.properties ?? {}).map(([name, inner]) =>
    field(root, place, name, resolve(root, inner) ?? {}, required.includes(name)),
  );
}

function field(root, place, name, schema, required, description) {
  const options = schema.enum?.filter((option) => option !== null) ?? ([schema.type].flat().includes("boolean") ? [true, false] : null);
  const type = schema.type ?? schema.anyOf?.map((each) => each.type).filter(Boolean) ?? [];
  const initial = schema.default ?? (required ? (schema.examples?.[0] ?? options?.[0] ?? sample(root, schema)) : undefined);
  return {
    place,
    name,
    required: Boolean(required),
    options: options?.map(String) ?? null,
    many: [type].flat().includes("array"),
    initial: initial === undefined || initial === null ? "" : [initial].flat().map(textOf).join(", "),
    hint: [type].flat().filter((each) => each !== "null").join(" or "),
    description: description ?? schema.description ?? "",
  };
}

const textOf = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function protocolsOf(asyncapi, headers) {
  const schema = resolve(asyncapi, headers?.properties?.["Sec-WebSocket-Protocol"]);
  return schema?.enum ?? (schema?.const ? [schema.const] : []);
}

function messagesOf(asyncapi, channel, operation) {
  const chosen = operation.messages ?? Object.values(channel.messages ?? {});
  return chosen.map((message) => resolve(asyncapi, message));
}

const typeOf = (asyncapi, message) => message.contentType ?? asyncapi.defaultContentType ?? "application/json";

function sendsJsonBytes(asyncapi, channel, operation) {
  const inBytes = (message) => message["x-pyfly-frame"] === "binary" && /json/.test(typeOf(asyncapi, message));
  return messagesOf(asyncapi, channel, operation).some(inBytes);
}

/** One draft for each example of a message, or one made from its schema. */
function drafts(asyncapi, message) {
  const title = message.title ?? message.name ?? "Message";
  const type = typeOf(asyncapi, message);
  const format = /json/.test(type) ? "json" : /^text\//.test(type) ? "text" : "binary";
  const examples = (message.examples ?? []).filter((example) => "payload" in example);
  const payload = message.payload?.schema ?? message.payload;
  const values = examples.length ? examples.map((example) => example.payload) : [sample(asyncapi, payload)];
  return values.map((value, index) => {
    const name = examples[index]?.summary ?? examples[index]?.name;
    return { title: name && name !== title ? `${title}: ${name}` : title, format, text: draft(value, format) };
  });
}

function draft(value, format) {
  if (format === "json") return JSON.stringify(value, null, 2);
  return typeof value === "string" ? value : "";
}

function streams(openapi) {
  return Object.entries(openapi.paths ?? {}).flatMap(([path, item]) =>
    isEventStream(openapi, item.get) ? [stream(openapi, path, item)] : [],
  );
}

function stream(openapi, path, item) {
  const operation = item.get;
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
    .map((parameter) => resolve(openapi, parameter))
    .filter((parameter) => parameter.in !== "cookie");
  const fields = parameters.map((parameter) => {
    const schema = resolve(openapi, parameter.schema) ?? {};
    const example = parameter.example ?? resolve(openapi, Object.values(parameter.examples ?? {})[0])?.value;
    const known = example === undefined ? schema : { ...schema, examples: [example] };
    return field(openapi, parameter.in, parameter.name, known, parameter.required, parameter.description);
  });
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

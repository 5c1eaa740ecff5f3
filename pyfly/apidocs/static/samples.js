// Example values of JSON Schemas, for forms and message boxes.

/** Follow references within a document until there is something else. */
export function resolve(root, node) {
  let found = node;
  for (let steps = 0; found?.$ref && steps < 50; steps += 1) {
    const keys = found.$ref.replace(/^#\/?/, "").split("/").filter(Boolean);
    const names = keys.map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
    found = names.reduce((inner, name) => inner?.[name], root);
  }
  return found;
}

/** Return a schema with what it refers to beside what it says itself. */
export function whole(root, schema, depth = 0) {
  const { $ref, allOf, ...own } = schema ?? {};
  if (depth > 20) return own;
  const parts = [...($ref ? [resolve(root, schema)] : []), ...(allOf ?? [])];
  return Object.assign({}, ...parts.map((part) => whole(root, part, depth + 1)), own);
}

const FORMATS = {
  date: () => new Date().toISOString().slice(0, 10),
  "date-time": () => new Date().toISOString(),
  duration: () => "PT1M",
  email: () => "ada@example.com",
  ipv4: () => "127.0.0.1",
  ipv6: () => "::1",
  time: () => "12:00:00Z",
  uri: () => "https://example.com",
  uuid: () => "00000000-0000-4000-8000-000000000000",
};

/** Return a value that fits a schema as far as one can tell without trying. */
export function sample(root, schema, seen = []) {
  const found = resolve(root, schema);
  if (!found || found === true || seen.includes(found)) return null;
  if (found.examples?.length) return found.examples[0];
  for (const key of ["example", "default", "const"]) if (key in found) return found[key];
  if (found.enum) return found.enum[0];
  const inner = [...seen, found];
  const choices = found.oneOf ?? found.anyOf;
  if (choices) {
    const choice = choices.find((each) => resolve(root, each)?.type !== "null") ?? choices[0];
    return merged(sample(root, choice, inner), found.properties ? sampleObject(root, found, inner) : null);
  }
  if (found.allOf) {
    return found.allOf.map((part) => sample(root, part, inner)).reduce(merged, sampleObject(root, found, inner));
  }
  return sampleOfType(root, found, inner);
}

function merged(one, other) {
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  return isObject(one) && isObject(other) ? { ...one, ...other } : (other ?? one);
}

function sampleOfType(root, schema, seen) {
  const types = [schema.type ?? (schema.properties ? "object" : [])].flat();
  switch (types.find((type) => type !== "null")) {
    case "object":
      return sampleObject(root, schema, seen);
    case "array":
      return sampleArray(root, schema, seen);
    case "string":
      return FORMATS[schema.format]?.() ?? sampleText(schema);
    case "integer":
    case "number":
      return sampleNumber(schema);
    case "boolean":
      return false;
    default:
      return null;
  }
}

function sampleText({ minLength = 0, maxLength = Infinity, pattern }) {
  const text = "text".padEnd(Math.min(minLength, 100), "x").slice(0, maxLength);
  try {
    return !pattern || new RegExp(pattern, "u").test(text) ? text : "";
  } catch {
    return ""; // a pattern that only other languages know
  }
}

function sampleObject(root, schema, seen) {
  const properties = schema.properties ?? {};
  const wanted = schema.required?.length ? schema.required : Object.keys(properties);
  return Object.fromEntries(wanted.map((name) => [name, sample(root, properties[name], seen)]));
}

function sampleArray(root, schema, seen) {
  // Drafts before 2020 write tuples as lists of items.
  const tuple = schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : null);
  if (tuple) return tuple.map((item) => sample(root, item, seen));
  const length = Math.min(schema.minItems ?? 0, 10);
  return Array.from({ length }, () => sample(root, schema.items, seen));
}

function sampleNumber(schema) {
  const step = schema.multipleOf ?? 1;
  const least = schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + step);
  const most = schema.maximum ?? (schema.exclusiveMaximum === undefined ? Infinity : schema.exclusiveMaximum - step);
  return Math.min(Math.ceil(Math.max(least, 0) / step) * step, most);
}

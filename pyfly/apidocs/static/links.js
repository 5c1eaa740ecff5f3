// Links that restore the console: the forms of its clients in the fragment of the address.

const PLACES = ["path", "query", "header"];
const WORDS = ["endpoint", "protocols", "carrier", "carrierName", "format", "message"];

/** Return the fragment that restores the forms of clients. Tokens are never part of it. */
export function fragmentOf(forms) {
  const clients = new URLSearchParams();
  for (const form of forms) {
    const values = new URLSearchParams();
    for (const word of WORDS) if (form[word]) values.append(word, form[word]);
    for (const place of PLACES) {
      for (const [name, value] of Object.entries(form[place] ?? {})) values.append(`${place}.${name}`, value);
    }
    clients.append("client", values);
  }
  return `#console?${clients}`;
}

/** Return the forms that a fragment restores, at most two; none for any other fragment. */
export function formsOf(fragment) {
  if (!fragment.startsWith("#console?")) return [];
  const clients = new URLSearchParams(fragment.slice("#console?".length)).getAll("client");
  return clients.slice(0, 2).map((text) => {
    const form = { path: {}, query: {}, header: {} };
    for (const [key, value] of new URLSearchParams(text)) {
      const [, place, name] = /^(path|query|header)\.(.+)$/s.exec(key) ?? [];
      if (place) form[place][name] = value;
      else if (WORDS.includes(key)) form[key] = value;
    }
    return form;
  });
}

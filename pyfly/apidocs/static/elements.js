// Short words for making and finding elements.

/** Make an element with properties, or attributes where it has no such property, and children; null children are left out. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Return a text that cannot turn around the writing of what stands beside it: controls are left out, the rest is isolated. */
export function isolated(text) {
  return /^[\x20-\u024f]*$/.test(text) ? text : `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069`;
}

/** Return a text of Markdown as nodes; of its marks it knows those of code, which short descriptions have most. */
export function withCode(text) {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? element("code", { textContent: part }) : part));
}

/** Return what a template holds, as a new element. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Put a text on the clipboard and say so on the button for a moment. */
export async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Pages served over plain HTTP from another machine have no clipboard.
    const field = element("textarea", { value: text, className: "unseen" });
    document.body.append(field);
    field.select();
    button.textContent = document.execCommand("copy") ? "Copied" : "Not copied";
    field.remove();
    button.focus();
  }
  setTimeout(() => (button.textContent = label), 1500);
}

// The AsyncAPI document in asyncapi-viewer.
import { element } from "./elements.js";
import { endpointId } from "./endpoints.js";
import { fragmentOf } from "./links.js";

const ID = "asyncapi";

/** Tell whether a fragment is one of the viewer's own. */
export const isViewerFragment = (fragment) => fragment.startsWith(`#${ID}--`);

/** Show the document at an address; `script` is where the viewer lies. */
export async function showAsyncAPI(root, { address, script }) {
  await import(script);
  const labels = { "receive-label": "→ server", "send-label": "→ client" };
  const viewer = element("asyncapi-viewer", { id: ID, src: address, sidebar: "", ...labels });
  viewer.addEventListener("asyncapi-load", () => addLinks(viewer));
  root.replaceChildren(viewer);
}

/** Put a link to the console beside each address. Where the viewer shows them otherwise some day, it goes without. */
function addLinks(viewer) {
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  viewer.shadowRoot.adoptedStyleSheets.push(style);
  const decorate = () => {
    for (const address of viewer.shadowRoot.querySelectorAll(".op .op__address")) {
      if (address.parentElement.querySelector(".try")) continue;
      const href = fragmentOf([{ endpoint: endpointId("WS", address.textContent.trim()) }]);
      address.after(element("a", { className: "try", href, textContent: "Try it" }));
    }
  };
  decorate();
  new MutationObserver(decorate).observe(viewer.shadowRoot, { childList: true, subtree: true });
}

const STYLE = `
  .try {
    grid-column: 2;
    justify-self: start;
    padding: 0.2rem 0.7rem;
    border-radius: 6px;
    background: var(--accent);
    color: var(--on-accent);
    font: 600 0.8125rem/1.4 var(--text-font);
    text-decoration: none;
  }
  .try:hover { filter: brightness(1.08); }
  .try:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .op__desc { overflow-x: auto; }
  .op__desc table { margin: 0.25rem 0 1.25rem; border-collapse: collapse; }
  .op__desc :is(th, td) { padding: 0.3rem 1.25rem 0.3rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
  .op__desc td code { white-space: nowrap; }
  .op__desc th { font-weight: 600; color: var(--faint); }
  .side, .op--split .op__example .ex { top: var(--top-height); }
  .side { max-height: calc(100vh - var(--top-height)); }
`;

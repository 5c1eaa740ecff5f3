// One page over both documents of an API: Swagger UI, asyncapi-viewer, and a console to talk to its endpoints.
import { makeConsole } from "./console.js";
import { element } from "./elements.js";
import { endpointsOf } from "./endpoints.js";
import { chosenServer, showServerForm } from "./server.js";
import { showOpenAPI } from "./swagger.js";
import { isViewerFragment, showAsyncAPI } from "./viewer.js";

const { dataset } = document.body;
const at = (address) => new URL(address, location.href).href;
// A page that lies on a web server of its own talks to a server that its reader names.
const isStatic = dataset.server !== undefined;

async function fetchDocument(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (answer.ok) return answer.json();
  throw new Error(`${address.split("/").pop()}: the server answered with ${answer.status}; its log says why`);
}

function probe() {
  const [address, mode] = isStatic ? [home, "no-cors"] : [at(dataset.asyncapi), "same-origin"];
  return fetch(address, { method: "HEAD", mode, cache: "no-store" }).then(() => true, () => false);
}

function notice(root, title, text, command) {
  const told = command ? element("pre", {}, element("code", { textContent: command })) : null;
  root.replaceChildren(element("div", { className: "notice" }, element("h2", { textContent: title }), element("p", { textContent: text }), told));
}

/** What each tab shows; `show` is run when it is looked at first. */
function viewsOf(openapi, asyncapi) {
  const endpoints = endpointsOf(asyncapi.value, openapi.value);
  const operations = Object.values(openapi.value?.paths ?? {}).flatMap((item) =>
    ["get", "post", "put", "patch", "delete"].filter((method) => item[method]),
  ).length;
  const channels = Object.keys(asyncapi.value?.channels ?? {}).length;
  return {
    http: {
      count: openapi.reason ? "" : operations,
      used: operations > 0 || openapi.reason,
      show: (root) => {
        if (openapi.reason) return notice(root, "The OpenAPI document is missing", openapi.reason.message);
        return showOpenAPI(root, { document: openapi.value, script: at(dataset.swagger), home });
      },
    },
    websocket: {
      count: asyncapi.reason ? "" : channels,
      used: channels > 0 || asyncapi.reason,
      show: (root) => {
        if (asyncapi.reason) return notice(root, "The AsyncAPI document is missing", asyncapi.reason.message);
        if (dataset.missing) {
          return notice(root, "The viewer is not installed", `${dataset.missing}. The console works without it.`, dataset.install);
        }
        return showAsyncAPI(root, { address: at(dataset.asyncapi), script: at(dataset.viewer) });
      },
    },
    console: {
      used: endpoints.length > 0,
      show(root) {
        if (!home) return notice(root, "No server yet", "Name the server to talk to, above.");
        this.made = makeConsole(root, { endpoints, home, probe });
      },
    },
  };
}

function viewOf(fragment) {
  if (fragment.startsWith("#console")) return "console";
  if (fragment === "#websocket" || isViewerFragment(fragment)) return "websocket";
  return fragment === "#http" || fragment.startsWith("#/") ? "http" : null;
}

function describe({ title = "API documentation", version }) {
  document.title = title;
  document.querySelector("[data-title]").textContent = title;
  const place = document.querySelector("[data-version]");
  place.textContent = version ?? "";
  place.hidden = !version;
}

const [openapi, asyncapi] = await Promise.allSettled([dataset.openapi, dataset.asyncapi].map((address) => fetchDocument(at(address))));
describe(openapi.value?.info ?? asyncapi.value?.info ?? {});
const home = isStatic ? chosenServer(dataset.server, openapi.value, asyncapi.value) : at(dataset.home);
if (isStatic) showServerForm(document.querySelector("header.top"), home);
const views = viewsOf(openapi, asyncapi);
const names = Object.keys(views).filter((name) => views[name].used);
const tabs = Object.fromEntries(names.map((name) => [name, document.querySelector(`[data-tab=${name}]`)]));
const places = Object.fromEntries(names.map((name) => [name, document.querySelector(`[data-view=${name}]`)]));
const loading = document.querySelector("[data-loading]");

for (const name of names) {
  tabs[name].hidden = false;
  tabs[name].querySelector("[data-count]").textContent = views[name].count ?? "";
}

async function start(view, place) {
  try {
    await view.show(place);
  } catch (error) {
    notice(place, "This cannot be shown", error.message);
  }
}

let current = null;
function show(wanted) {
  const name = names.includes(wanted) ? wanted : (current ?? names[0]);
  if (name === current) return;
  if (current) views[current].scrolled = scrollY;
  current = name;
  for (const each of names) {
    places[each].hidden = each !== name;
    if (each === name) tabs[each].setAttribute("aria-current", "page");
    else tabs[each].removeAttribute("aria-current");
  }
  const view = views[name];
  scrollTo(0, view.scrolled ?? 0);
  view.shown ??= start(view, places[name]);
}

if (names.length) {
  loading.remove();
  addEventListener("hashchange", () => show(viewOf(location.hash)));
  // Who comes back to the console finds it as it was left.
  tabs.console?.addEventListener("click", (event) => {
    const made = views.console.made;
    if (!made || current === "console") return;
    event.preventDefault();
    location.hash = made.fragment();
  });
  show(viewOf(location.hash));
} else {
  notice(loading, "Nothing to show yet", "This application has no endpoints. Add a controller, and reload the page.");
}
document.documentElement.dataset.ready = "";

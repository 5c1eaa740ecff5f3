// The OpenAPI document in Swagger UI.
import { endpointId, isEventStream } from "./endpoints.js";
import { element } from "./elements.js";
import { fragmentOf } from "./links.js";

/** Show a document; `script` is where Swagger UI lies, `home` the address that paths are relative to, null for none. */
export async function showOpenAPI(root, { document: openapi, script, home }) {
  await load(script);
  const servers = serversOf(openapi, home);
  root.classList.toggle("one-server", !openapi.servers);
  globalThis.SwaggerUIBundle({
    spec: { ...openapi, servers },
    domNode: root,
    plugins: [streamsGoToTheConsole(openapi), linksOfOthersStay],
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: Object.keys(openapi.paths ?? {}).length > 10,
    persistAuthorization: true,
    supportedSubmitMethods: home ? undefined : [],
    validatorUrl: null,
  });
}

function serversOf(openapi, home) {
  if (!home) return openapi.servers ?? [];
  // Without servers of its own the document means the one it came from; behind a proxy only the page knows its address.
  const own = openapi.servers ?? [{ url: home }];
  const named = document.body.dataset.server === undefined ? [] : [{ url: home }];
  const absolute = [...named, ...own].map((server) => ({ ...server, url: new URL(server.url, home).href.replace(/\/$/, "") }));
  return absolute.filter(({ url }, index) => absolute.findIndex((each) => each.url === url) === index);
}

function load(address) {
  return new Promise((done, failed) => {
    const onerror = () => failed(new Error(`${address} cannot be loaded`));
    document.head.append(element("script", { src: address, onload: done, onerror }));
  });
}

/** Swagger UI takes any fragment for an operation's, and writes it anew; the reader may have gone on to another tab by then. */
function linksOfOthersStay() {
  const parseDeepLinkHash = (original) => (fragment) => (fragment.startsWith("#/") ? original(fragment) : undefined);
  return { statePlugins: { layout: { wrapActions: { parseDeepLinkHash } } } };
}

/** Swagger UI waits for the end of an answer, which an endless stream has not: those are tried in the console. */
function streamsGoToTheConsole(openapi) {
  const isStream = (path, method) => method === "get" && isEventStream(openapi, openapi.paths?.[path]?.get);
  return (system) => ({
    statePlugins: {
      spec: {
        wrapSelectors: {
          allowTryItOutFor: (original) => (state, path, method) => !isStream(path, method) && original(state, path, method),
        },
      },
    },
    wrapComponents: {
      OperationSummary: (Original) => (properties) => {
        const { path, method } = properties.operationProps.toJS();
        const make = system.React.createElement;
        const summary = make(Original, properties);
        if (!isStream(path, method)) return summary;
        const href = fragmentOf([{ endpoint: endpointId("SSE", path) }]);
        return make("div", { className: "with-try" }, summary, make("a", { className: "try", href }, "Try it"));
      },
    },
  });
}

// The console: one client or two beside each other, kept in the address.
import { Client } from "./client.js";
import { element } from "./elements.js";
import { formsOf, fragmentOf } from "./links.js";

const NAMES = ["Client A", "Client B"];

/** Build the console in an element; `home` is the address that paths are relative to, `probe` tells if a server answers. */
export function makeConsole(root, { endpoints, home, probe }) {
  const clients = [];
  const place = element("div", { className: "clients" });
  const add = element("button", { type: "button", className: "quiet add", textContent: "Add a second client" });
  const fragment = () => fragmentOf(clients.map((client) => client.form));
  const arrange = () => {
    place.classList.toggle("pair", clients.length > 1);
    for (const { root: each } of clients) each.querySelector("[data-remove]").hidden = clients.length < 2;
    add.hidden = clients.length > 1;
  };
  const remember = () => {
    if (location.hash.startsWith("#console")) history.replaceState(null, "", fragment());
  };

  const addClient = (form) => {
    const client = new Client(NAMES.find((name) => !clients.some((each) => each.root.ariaLabel === name)), {
      endpoints,
      home,
      probe,
      changed: remember,
      shared: () => new URL(fragment(), location.href).href,
      removed: () => {
        client.close();
        client.root.remove();
        clients.splice(clients.indexOf(client), 1);
        arrange();
        remember();
        clients[0].focus();
      },
    });
    if (form) client.form = form;
    clients.push(client);
    place.append(client.root);
    arrange();
    return client;
  };

  const restore = () => {
    const forms = formsOf(location.hash);
    if (!forms.length || location.hash === fragment()) return;
    for (const client of clients.splice(0)) {
      client.close();
      client.root.remove();
    }
    for (const form of forms) addClient(form);
    clients[0].focus();
  };

  add.addEventListener("click", () => {
    addClient(clients[0].form).focus();
    remember();
  });
  addEventListener("hashchange", restore);
  root.replaceChildren(place, add);
  addClient();
  restore();
  return { fragment };
}

// Talks to the chat: one WebSocket for the room, one event stream for what goes on in all of them.
// Whatever came from people is put into the page as text, never as HTML.

const EVERYONE = "*"; // stands for /ws/chat, which has no rooms
const ROOM = /^[\p{L}\p{M}\p{Nd}_ -]{1,40}$/u;
const MOST_LINES = 500;
const LONGEST_PAUSE = 30; // seconds between two attempts to connect
const WAITING_HELPS = new Set([1001, 1005, 1006, 1011, 1012, 1013]);
const CLOSE_CODES = {
  1000: "The conversation has ended",
  1001: "The server is going away",
  1002: "The server could not follow the protocol",
  1003: "The server cannot take this kind of message",
  1005: "The server closed without saying why",
  1006: "The connection broke off or was refused",
  1007: "A message was not valid",
  1008: "The server does not allow this",
  1009: "A message was too long",
  1011: "The server failed",
  1012: "The server is restarting",
  1013: "The server is busy",
  3000: "Your time as a guest is over",
};

const element = (id) => document.getElementById(id);
const state = element("state");
const reconnect = element("reconnect");
const log = element("log");
const text = element("text");
const send = element("send");

const rooms = new Map();
let room = "lobby";
let nickname = sessionStorage.getItem("nickname") || `guest-${1000 + Math.floor(Math.random() * 9000)}`;
let socket = null;
let failures = 0;
let timer = 0;

function show(name, words) {
  state.dataset.state = name;
  state.textContent = words;
  send.disabled = name !== "open";
  reconnect.hidden = name !== "closed";
}

function add(className, ...parts) {
  const following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const line = document.createElement("p");
  line.className = className;
  line.append(...parts);
  log.append(line);
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  if (following) log.scrollTop = log.scrollHeight;
}

function strong(words) {
  const made = document.createElement("strong");
  made.textContent = words;
  return made;
}

function receive(data) {
  if (room === EVERYONE) {
    add(data.startsWith(`${nickname}: `) ? "own" : "", data);
    return;
  }
  const event = JSON.parse(data);
  if (event.kind === "message") {
    add(event.nickname === nickname ? "own" : "", strong(event.nickname), ` ${event.text}`);
  } else {
    add("notice", `${event.nickname} has ${event.kind}`);
  }
}

function connect() {
  clearTimeout(timer);
  socket?.close(1000);
  const path = room === EVERYONE ? "/ws/chat" : `/ws/rooms/${encodeURIComponent(room)}`;
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (room !== EVERYONE) url.searchParams.set("nickname", nickname);
  show("connecting", "Connecting …");
  const mine = new WebSocket(url);
  socket = mine;
  mine.onopen = () => {
    if (mine !== socket) return;
    failures = 0;
    if (room !== EVERYONE) log.replaceChildren(); // the last messages come again
    show("open", `Connected as ${nickname}`);
  };
  mine.onmessage = ({ data }) => {
    if (mine === socket) receive(data);
  };
  mine.onclose = ({ code, reason }) => {
    if (mine === socket) closed(code, reason);
  };
}

function closed(code, reason) {
  const words = CLOSE_CODES[code] ?? "The connection was closed";
  const said = `${words}${reason ? ` – ${reason}` : ""} (code ${code})`;
  if (!failures) add("notice", said);
  if (!WAITING_HELPS.has(code)) {
    show("closed", said);
    return;
  }
  const pause = Math.min(2 ** failures, LONGEST_PAUSE);
  failures += 1;
  show("closed", `${said}. Trying again in ${pause} s.`);
  timer = setTimeout(connect, pause * 1000);
}

function chosenRoom() {
  try {
    const name = decodeURIComponent(location.hash.slice(1));
    return name === EVERYONE || ROOM.test(name) ? name : "lobby";
  } catch {
    return "lobby";
  }
}

function title(name) {
  return name === EVERYONE ? "Everyone" : name;
}

function enter() {
  room = chosenRoom();
  failures = 0;
  element("nickname").value = nickname;
  element("room").value = room === EVERYONE ? "" : room;
  element("title").textContent = title(room);
  document.title = `${title(room)} – pyfly chat`;
  log.replaceChildren();
  list();
  connect();
}

function list() {
  const names = [...rooms.keys()].sort((one, other) => one.localeCompare(other));
  const items = [EVERYONE, ...new Set(["lobby", ...names])].map((name) => {
    const link = document.createElement("a");
    link.href = `#${encodeURIComponent(name)}`;
    link.append(title(name));
    if (name === room) link.setAttribute("aria-current", "page");
    const summary = rooms.get(name);
    if (summary) {
      const count = document.createElement("small");
      count.textContent = ` ${summary.members} here`;
      link.append(count);
    }
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  const focused = document.activeElement?.closest?.("#rooms a")?.getAttribute("href");
  element("rooms").replaceChildren(...items);
  if (focused) element("rooms").querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

element("join").addEventListener("submit", (event) => {
  event.preventDefault();
  nickname = element("nickname").value.trim() || nickname;
  sessionStorage.setItem("nickname", nickname);
  const hash = `#${encodeURIComponent(element("room").value)}`;
  if (location.hash === hash) enter();
  else location.hash = hash;
});

element("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words || socket?.readyState !== WebSocket.OPEN) return;
  socket.send(room === EVERYONE ? `${nickname}: ${words}` : words);
  text.value = "";
});

reconnect.addEventListener("click", connect);
window.addEventListener("hashchange", enter);

const activity = new EventSource("/api/activity");
activity.onopen = () => {
  rooms.clear();
  list();
};
activity.onmessage = ({ data }) => {
  const summary = JSON.parse(data);
  if (summary.members) rooms.set(summary.room, summary);
  else rooms.delete(summary.room);
  list();
};

enter();

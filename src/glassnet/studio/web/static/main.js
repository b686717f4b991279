/** The page: messages are shown when the screen is drawn next, and then answered, so that a slow page gets fewer. */

/** @import {Message, State} from "./messages.js" */
import { listen } from "./actions.js";
import { keepDone, listenToForget } from "./done.js";
import { link, prepare, show } from "./keys.js";
import { replace } from "./markup.js";
import { forget, move, patch } from "./patch.js";
import { complain, say } from "./said.js";
import { Line } from "./socket.js";
import { listenToTheme, look } from "./theme.js";

/** @type {Message[]} */
let waiting = [];
/** @type {State} */
let known = {};

const line = new Line(
  (message) => {
    if (!waiting.length) requestAnimationFrame(draw);
    waiting.push(message);
  },
  (open) => {
    document.body.classList.toggle("offline", !open);
  },
);

function draw() {
  const messages = waiting;
  waiting = [];
  for (const message of messages) {
    shown(message);
    if (message.seq !== undefined) line.send({ do: "ready", seq: message.seq });
  }
}

/** @param {Message} message */
function shown({ markup = {}, keys = {}, places = {}, frame = {}, state, say: sentence, error, focus }) {
  for (const [name, text] of Object.entries(markup)) {
    const part = document.getElementById(name);
    if (!part) continue;
    replace(part, text);
    forget(part, keys[name]);
    prepare(part);
    part.closest(".part")?.toggleAttribute("hidden", !text);
  }
  for (const [name, some] of Object.entries(keys)) {
    const part = document.getElementById(name);
    if (part && !(name in markup)) forget(part, some);
  }
  for (const [name, moved] of Object.entries(places)) {
    const part = document.getElementById(name);
    if (part) move(part, moved);
  }
  for (const [name, payload] of Object.entries(frame)) {
    const part = document.getElementById(name);
    if (part) patch(part, payload);
  }
  if (state) whole(state);
  if (Object.keys(markup).length || state?.select !== undefined || state?.lit) show(known);
  if (sentence) say(sentence);
  if (error !== undefined) complain(error);
  if (focus) document.getElementById(focus)?.focus();
}

/**
 * Drawers that a link opened, or another tab; those that no one else touched stay as they are here.
 *
 * @param {string[]} open
 * @param {string[]} before
 */
function opened(open, before) {
  for (const drawer of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("[data-drawer]"))) {
    const is = open.includes(drawer.dataset.drawer ?? "");
    if (is !== before.includes(drawer.dataset.drawer ?? "")) drawer.open = is;
  }
}

/** What is seen, as a link; before the server has said it, the address stays. */
function address() {
  if (known.url !== undefined) history.replaceState(null, "", `#${known.url}${look()}`);
}

/** @param {State} state */
function whole(state) {
  if (state.open) opened(state.open, known.open ?? []);
  known = { ...known, ...state };
  if (state.url !== undefined) address();
  if (state.finished?.length) keepDone(state.finished);
  if (state.title) document.title = state.title;
  if (state.doing !== undefined) working(state.doing);
  if (state.playing !== undefined) document.body.classList.toggle("playing", state.playing);
  if (state.lens === undefined) return;
  for (const button of document.querySelectorAll("[data-do=lens]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-name") === state.lens));
  }
}

/** @param {string} sentence what takes long just now; "" when it is done */
function working(sentence) {
  const place = document.getElementById("doing");
  if (place && place.textContent !== sentence) place.textContent = sentence;
  document.body.setAttribute("aria-busy", String(sentence !== ""));
}

listen((action) => line.send(action), complain);
link((action) => line.send(action));
listenToTheme(address);
listenToForget();
document.getElementById("error")?.querySelector("button")?.addEventListener("click", () => complain(""));
window.addEventListener("hashchange", () => line.send({ do: "open", url: location.hash.slice(1) }));
document.documentElement.classList.add("live");

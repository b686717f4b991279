/**
 * One number, many places: pointing at one lights all that have its key. Arrows go from number to number, and a number
 * that is chosen is sent to the server.
 */

/** @import {Fields, State} from "./messages.js" */
import { isField, near } from "./actions.js";

const WALKED = "[data-roving]"; // parts whose numbers are one stop of the tab key, and are walked by arrows
const ITEMS = "svg [tabindex], summary, .line[data-key], [data-key][tabindex]";

/** @param {(action: Fields) => void} send */
export function link(send) {
  document.addEventListener("pointerover", (event) => light(keyed(event)));
  document.addEventListener("pointerleave", () => light(null));
  document.addEventListener("focusin", (event) => {
    light(keyed(event));
    const item = event.target instanceof Element ? event.target.closest(ITEMS) : null;
    const walked = item?.closest(WALKED);
    if (item && walked) stop(walked, item);
  });
  document.addEventListener("click", (event) => {
    const found = near(event, "[data-key]");
    if (found && !near(event, "button, a, input, select, textarea, label, [data-do], [data-pick]")) choose(found, send);
  });
  document.addEventListener("dblclick", (event) => {
    if (keyed(event)) edit("");
  });
  document.addEventListener("keydown", (event) => keyPressed(event, send));
}

/**
 * @param {Event} event
 * @returns {string | null}
 */
const keyed = (event) => near(event, "[data-key]")?.dataset.key ?? null;

/**
 * @param {Element} element
 * @param {(action: Fields) => void} send
 */
function choose(element, send) {
  send({ do: "select", key: /** @type {HTMLElement} */ (element).dataset.key ?? "" });
}

/** @type {string | null} */
let lighted = null;

/** @param {string | null} key */
function light(key) {
  if (key === lighted) return;
  lighted = key;
  for (const element of document.querySelectorAll(".lighted")) element.classList.remove("lighted");
  if (key) for (const element of withKey(key)) element.classList.add("lighted");
}

/** @param {string} key */
const withKey = (key) => document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`);

/**
 * What is selected, and the ways from there to the cost.
 *
 * @param {State} state
 */
export function show(state) {
  if (state.select !== undefined) {
    for (const element of document.querySelectorAll(".selected")) element.classList.remove("selected");
    if (state.select) for (const element of withKey(state.select)) element.classList.add("selected");
  }
  if (!state.lit) return;
  const lit = new Set(state.lit);
  for (const picture of document.querySelectorAll("[data-roving] svg.glassnet")) {
    picture.classList.toggle("dimmed", lit.size > 0);
    for (const edge of picture.querySelectorAll("[data-key]")) {
      edge.classList.toggle("lit", lit.has(edge.getAttribute("data-key") ?? ""));
    }
  }
}

// -- arrows -----------------------------------------------------------------------------------------------------------

/**
 * After new markup: one stop of the tab key.
 *
 * @param {Element} part
 */
export function prepare(part) {
  const walked = part.closest(WALKED);
  if (!walked) return;
  for (const line of walked.querySelectorAll(".line[data-key]")) if (!line.querySelector("form")) line.setAttribute("tabindex", "-1");
  const items = [...walked.querySelectorAll(ITEMS)];
  const inside = items.find((item) => item === document.activeElement);
  if (items.length) stop(walked, inside ?? items.find((item) => item.getAttribute("tabindex") === "0") ?? items[0]);
}

/**
 * @param {Element} walked
 * @param {Element} item
 */
function stop(walked, item) {
  for (const other of walked.querySelectorAll(ITEMS)) other.setAttribute("tabindex", other === item ? "0" : "-1");
}

/**
 * @param {KeyboardEvent} event
 * @param {(action: Fields) => void} send
 */
function keyPressed(event, send) {
  const at = event.target instanceof Element ? event.target : null;
  if (!at || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && document.querySelector(".selected")) send({ do: "select", key: "" });
  if (isField(at) || at.matches("button")) return;
  const item = at.closest(ITEMS);
  const walked = item?.closest(WALKED);
  if (!item || !walked) return;
  if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
    const next = item.closest("svg") ? across(item, walked, event.key) : along(item, walked, event.key);
    event.preventDefault();
    if (next) /** @type {HTMLElement} */ (next).focus();
  } else if (event.key === "Enter" && item.matches("[data-key], [data-key] > summary, :has([data-key])")) {
    const found = item.closest("[data-key]") ?? item.querySelector("[data-key]");
    if (item.localName === "summary" || !found) return; // it unfolds
    event.preventDefault();
    if (found.classList.contains("selected")) edit("");
    else choose(found, send);
  } else if (/^[\d.,-]$/.test(event.key) && document.querySelector(".selected")) {
    if (edit(event.key)) event.preventDefault();
  }
}

/**
 * The selected number's field.
 *
 * @param {string} typed what it begins with; "" keeps what is there
 */
function edit(typed) {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("form[data-do=edit] input"));
  if (!field) return false;
  field.focus();
  if (typed) field.value = typed;
  else field.select();
  return true;
}

/**
 * The nearest item that way in a drawing.
 *
 * @param {Element} item
 * @param {Element} walked
 * @param {string} key
 */
function across(item, walked, key) {
  const items = [...walked.querySelectorAll("svg [tabindex]")];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  const from = middle(item);
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  let best = null;
  let least = Infinity;
  for (const other of items) {
    const to = middle(other);
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const ahead = dx * x + dy * y;
    const aside = Math.abs(dx * y) + Math.abs(dy * x);
    if (other === item || ahead < 2 || ahead < 0.4 * aside) continue;
    if (ahead + 2 * aside < least) [best, least] = [other, ahead + 2 * aside];
  }
  return best;
}

/**
 * An item's place: that of its number where it has one.
 *
 * @param {Element} item
 */
function middle(item) {
  const { left, top, width, height } = (item.querySelector("circle, text") ?? item).getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/**
 * The next line of a list; left and right fold.
 *
 * @param {Element} item
 * @param {Element} walked
 * @param {string} key
 */
function along(item, walked, key) {
  const folded = item.localName === "summary" ? /** @type {HTMLDetailsElement} */ (item.parentElement) : null;
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const outer = item.closest("details")?.parentElement?.closest("details, [data-roving]");
    if (folded && folded.open !== (key === "ArrowRight")) {
      folded.open = key === "ArrowRight";
      return null;
    }
    if (key === "ArrowLeft") return (folded ? outer : item.closest("details"))?.querySelector(":scope > summary");
    if (!folded) return null;
  }
  const seen = [...walked.querySelectorAll(ITEMS)].filter((one) => !one.closest("svg") && one.getClientRects().length);
  const at = seen.indexOf(item);
  return seen[{ Home: 0, End: seen.length - 1, ArrowUp: at - 1 }[key] ?? at + 1];
}

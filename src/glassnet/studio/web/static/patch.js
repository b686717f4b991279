/** New values in old structure: every number is found by its key, and no element is made that is there already. */

/** @import {DrawingFrame, KeyedFrame, Payload, Places, Value} from "./messages.js" */
import { isAhead } from "./actions.js";
import { formulas, plain, setDrawn, setText } from "./notation.js";

const PALE = 0.8; // widths of the weakest edge and of the strongest
const BOLD = 3.4;

/** @type {WeakMap<Element, Index>} what was found in a part, until its markup changes */
const indices = new WeakMap();

/**
 * @typedef {object} Index
 * @property {string[]} keys of the texts of a drawing's frames
 * @property {(Element | null)[]} texts
 * @property {Element[]} edges
 * @property {Map<string, Element>} byKey
 */

/**
 * A part has other markup, or other keys.
 *
 * @param {Element} part
 * @param {string[]} [keys]
 */
export function forget(part, keys) {
  const known = keys ?? indices.get(part)?.keys ?? [];
  indices.delete(part);
  if (known.length) indices.set(part, index(part, known));
}

/**
 * @param {Element} part
 * @param {string[]} keys
 * @returns {Index}
 */
function index(part, keys) {
  const picture = part.querySelector("svg.glassnet") ?? part;
  const byKey = new Map();
  for (const element of part.querySelectorAll("[data-key]")) {
    const key = /** @type {HTMLElement} */ (element).dataset.key ?? "";
    if (!byKey.has(key)) byKey.set(key, element);
  }
  for (const element of part.querySelectorAll("[data-value]")) {
    byKey.set(/** @type {HTMLElement} */ (element).dataset.value ?? "", element);
  }
  const drawn = new Map([...picture.querySelectorAll("[data-key]")].reverse().map((e) => [e.getAttribute("data-key"), e]));
  const texts = keys.map((key) => {
    const found = drawn.get(key) ?? null;
    return found?.localName === "g" ? found.querySelector("text") : found;
  });
  return { keys, texts, edges: [...picture.querySelectorAll("g[data-key], path[data-key]")], byKey };
}

/**
 * @param {Element} part
 * @param {Payload} payload
 */
export function patch(part, payload) {
  const found = indices.get(part) ?? index(part, []);
  indices.set(part, found);
  if (Array.isArray(payload)) drawing(found, /** @type {DrawingFrame} */ (payload));
  else keyed(found, payload);
}

// -- drawings ---------------------------------------------------------------------------------------------------------

/**
 * @param {Index} found
 * @param {DrawingFrame} frame
 */
function drawing(found, [texts, shares, ghost]) {
  texts.forEach((text, place) => {
    const element = found.texts[place];
    if (!element || element.getAttribute("data-set") === text) return;
    element.setAttribute("data-set", text);
    setDrawn(element, text);
    named(element, text);
  });
  found.edges.forEach((edge, place) => {
    if (place < shares.length) edgeDrawn(edge, shares[place], ghost?.[place]);
  });
}

/**
 * A drawing whose room has grown: its shapes go to their new places, with the ghosts behind them.
 *
 * @param {Element} part
 * @param {Places} moved
 */
export function move(part, moved) {
  const picture = part.querySelector("svg.glassnet");
  if (!picture) return;
  const shapes = [picture, ...picture.querySelectorAll("rect, circle, path:not(.ghost), text")];
  for (const [place, attributes] of Object.entries(moved)) {
    const shape = shapes[Number(place)];
    const behind = shape?.previousElementSibling;
    for (const [name, value] of Object.entries(attributes)) {
      shape?.setAttribute(name, value);
      if (behind?.classList.contains("ghost")) behind.setAttribute(name, value);
    }
  }
}

/**
 * The name that is read aloud has the number too.
 *
 * @param {Element} text
 * @param {string} marked
 */
function named(text, marked) {
  const group = text.closest("g[aria-label]");
  if (!group) return;
  const base = group.getAttribute("data-label") ?? group.getAttribute("aria-label") ?? "";
  group.setAttribute("data-label", base);
  const others = [...group.querySelectorAll("[data-set]")].map((one) => plain(one.getAttribute("data-set") ?? ""));
  group.setAttribute("aria-label", `${base}: ${others.length ? others.join(", ") : plain(marked)}`);
}

/**
 * Sign by color and dash, size by width; the run before as a gray line behind.
 *
 * @param {Element} edge
 * @param {number | null} share in hundredths of the largest of its layer
 * @param {number | null | undefined} before
 */
function edgeDrawn(edge, share, before) {
  const now = `${share} ${before}`;
  if (edge.getAttribute("data-share") === now) return;
  edge.setAttribute("data-share", now);
  const role = share === null ? "highlight" : share > 0 ? "positive" : share < 0 ? "negative" : "quiet";
  const width = PALE + ((BOLD - PALE) * Math.abs(share ?? 0)) / 100;
  const lines = edge.localName === "path" ? [edge] : [...edge.querySelectorAll("path:not(.ghost)")];
  for (const line of lines) {
    line.setAttribute("class", `l-${role}`);
    line.setAttribute("stroke-width", width.toFixed(2));
    if ((share ?? 0) < 0) line.setAttribute("stroke-dasharray", `${(4 + width).toFixed(1)} ${(2.5 + width).toFixed(1)}`);
    else line.removeAttribute("stroke-dasharray");
    ghostly(line, before);
  }
  edge.querySelector("text")?.setAttribute("class", `f-${role}`);
}

/**
 * @param {Element} line
 * @param {number | null | undefined} share
 */
function ghostly(line, share) {
  const behind = line.previousElementSibling?.classList.contains("ghost") ? line.previousElementSibling : null;
  if (share === undefined || share === null) {
    behind?.remove();
    return;
  }
  const ghost = behind ?? /** @type {Element} */ (line.cloneNode(false));
  ghost.setAttribute("class", "ghost");
  for (const name of ["data-key", "tabindex", "stroke-dasharray", "data-share"]) ghost.removeAttribute(name);
  ghost.setAttribute("stroke-width", (PALE + ((BOLD - PALE) * Math.abs(share)) / 100 + 4).toFixed(2));
  if (!behind) line.before(ghost);
}

// -- lines, curves, anything with a key -------------------------------------------------------------------------------

/**
 * @param {Index} found
 * @param {KeyedFrame} frame
 */
function keyed(found, frame) {
  for (const [key, value] of Object.entries(frame)) {
    const element = found.byKey.get(key);
    if (element) set(element, value);
  }
}

/**
 * @param {Element} element
 * @param {Value} value
 */
function set(element, value) {
  element.toggleAttribute("hidden", value === null);
  if (value === null) return;
  if (Array.isArray(value)) written(element, value);
  else if (typeof value === "object") for (const [name, text] of Object.entries(value)) attribute(element, name, text);
  else if (element.localName === "path") element.setAttribute("d", value);
  else if ("value" in element && element.localName !== "button" && element.localName !== "li") attribute(element, "value", value);
  else if (element.localName === "text" || element.localName === "tspan") setDrawn(element, value);
  else setText(element, value);
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} text
 */
function attribute(element, name, text) {
  if (name.startsWith("on") || name === "style" || name === "href") return;
  if (name === "text") setText(element, text);
  else if (name === "value" && "value" in element) {
    const slides = element.getAttribute("type") === "range";
    if (slides ? !isAhead(element, text) : element !== document.activeElement) element.value = text;
  } else element.setAttribute(name, text);
}

/**
 * What stands behind the formula of a ledger's line.
 *
 * @param {Element} line
 * @param {[string, string]} value
 */
function written(line, [numbers, remarks]) {
  const place = line.localName === "details" ? line.querySelector("summary .numbers") : line.querySelector(".numbers");
  if (!place) return;
  const said = line.querySelector(":scope > summary .said");
  if (said) said.textContent = `${opening(line, said, place)}${plain(numbers)} ${remarks}`;
  const shown = formulas(numbers);
  const first = shown[0]?.firstChild?.firstChild;
  if (first?.textContent === "=") shown[0].firstChild?.removeChild(first);
  place.replaceChildren(...shown);
  if (remarks) {
    const remark = document.createElement("span");
    remark.className = "remark";
    remark.textContent = remarks;
    place.append(remark);
  }
}

/**
 * What is read aloud before the numbers: all that does not change.
 *
 * @param {Element} line
 * @param {Element} said
 * @param {Element} place
 */
function opening(line, said, place) {
  const known = line.getAttribute("data-opening");
  if (known !== null) return known;
  const signs = [...place.querySelectorAll("mo")].filter((sign) => sign.textContent === "=").length;
  const parts = (said.textContent ?? "").split(" = ");
  const still = parts.slice(0, Math.max(1, parts.length - signs - 1)).join(" = ") + " = ";
  line.setAttribute("data-opening", still);
  return still;
}

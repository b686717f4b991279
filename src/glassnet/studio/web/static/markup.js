/**
 * Markup from Python becomes elements of the page. What could run is always refused. The reader keeps the
 * place: focus, what was being typed, what was unfolded, how far things were scrolled.
 */

const trusted = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("glassnet", {
  createHTML: (/** @type {string} */ text) => text,
});
const REFUSED = "script, iframe, object, embed, link, meta, base, style, foreignObject, animate, set";

/**
 * @param {string} markup
 * @returns {DocumentFragment}
 */
export function fragment(markup) {
  const parsed = new DOMParser().parseFromString(trusted ? trusted.createHTML(markup) : markup, "text/html");
  for (const element of parsed.querySelectorAll(REFUSED)) element.remove();
  for (const element of parsed.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const runs = name.startsWith("on") || name === "style" || name === "srcdoc" || name === "formaction";
      if (runs || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
    }
  }
  const made = document.createDocumentFragment();
  made.append(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
  return made;
}

/**
 * Another structure for a part.
 *
 * @param {Element} part
 * @param {string} markup
 */
export function replace(part, markup) {
  const before = places(part);
  const inside = part.contains(document.activeElement); // who is at work there is led on; else the page stays where it is
  part.replaceChildren(fragment(markup));
  for (const element of part.querySelectorAll("details")) {
    written.set(element, element.open);
    heard.set(element, element.open);
  }
  const found = new Map(named(part));
  for (const [name, place] of before) {
    const element = found.get(name);
    if (element) restore(element, place);
  }
  const first = /** @type {HTMLElement | null} */ (part.querySelector("[autofocus]"));
  if (document.activeElement === document.body) first?.focus({ preventScroll: !inside });
}

/** @type {WeakMap<Element, boolean>} what Python said of a `<details>`: its word counts again when it changes */
const written = new WeakMap();

/** @type {WeakMap<Element, boolean>} what Python has heard of it */
const heard = new WeakMap();

/**
 * Whether the reader has folded or unfolded it: a browser also tells of one that is there, unfolded.
 *
 * @param {HTMLDetailsElement} element
 */
export function isNews(element) {
  const is = heard.get(element) !== element.open;
  heard.set(element, element.open);
  return is;
}

/**
 * @typedef {object} Place
 * @property {number} left
 * @property {number} top
 * @property {boolean} focused
 * @property {{value: string, of: string | null, start: number | null, end: number | null} | null} typed
 * @property {{open: boolean, written: boolean} | null} unfolded
 */

/** What a field asks for: what was typed is not an answer to another question. */
const of = (/** @type {Element} */ field) => field.getAttribute("data-of");

/**
 * Where the reader is in a part.
 *
 * @param {Element} part
 * @returns {Map<string, Place>}
 */
function places(part) {
  /** @type {Map<string, Place>} */
  const kept = new Map();
  for (const [name, element] of named(part)) {
    const focused = element === document.activeElement;
    const typed = focused && element instanceof HTMLInputElement && /text|search|number/.test(element.type);
    const folded = element instanceof HTMLDetailsElement;
    if (!focused && !folded && !element.scrollLeft && !element.scrollTop) continue;
    kept.set(name, {
      left: element.scrollLeft,
      top: element.scrollTop,
      focused,
      typed: typed
        ? { value: element.value, of: of(element), start: element.selectionStart, end: element.selectionEnd }
        : null,
      unfolded: folded ? { open: element.open, written: written.get(element) ?? element.open } : null,
    });
  }
  return kept;
}

/**
 * @param {Element} element
 * @param {Place} place
 */
function restore(element, place) {
  if (place.unfolded && element instanceof HTMLDetailsElement && element.open === place.unfolded.written) {
    element.open = place.unfolded.open;
  }
  element.scrollLeft = place.left;
  element.scrollTop = place.top;
  if (!place.focused) return;
  const other = place.typed && of(element) !== place.typed.of; // the next question's
  if (place.typed && element instanceof HTMLInputElement && !other) {
    element.value = place.typed.value;
    if (element.type !== "number") element.setSelectionRange(place.typed.start, place.typed.end);
  }
  /** @type {HTMLElement} */ (element).focus({ preventScroll: !other });
}

/**
 * The elements of a part with names that outlive the markup: an id, or what they are and do, and their number among those alike.
 *
 * @param {Element} part
 * @returns {Iterable<[string, Element]>}
 */
function* named(part) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const some = part.querySelectorAll("[id], [data-do], [data-key], [tabindex], details, summary, input, select, button, .scroll");
  for (const element of some) {
    const { dataset: data } = /** @type {HTMLElement} */ (element.localName === "summary" ? element.parentElement : element);
    const does = ["key", "do", "name", "number", "drawer"].map((word) => data[word] ?? "").join(" ");
    const text = element.localName === "details" ? (element.querySelector("summary")?.textContent ?? "").slice(0, 30) : "";
    const name = `${element.localName} ${element.id} ${does} ${element.getAttribute("name") ?? ""} ${data.key ? "" : text}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    yield [`${name} ${count}`, element];
  }
}

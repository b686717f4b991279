/** Formulas as the server sets them, `z_{1} = −2·10^{−5}`: what stands in _{} is set lower, what stands in ^{} higher. */

const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";
const RAISED = -0.45; // em, as in the drawings that the server makes
const LOWERED = 0.33;
const SMALLEST = 11; // pixels

/**
 * @param {string} marked
 * @returns {{text: string, level: "" | "_" | "^"}[]}
 */
export function pieces(marked) {
  return [...marked.matchAll(/([_^])\{([^}]*)\}|[^_^]+|[_^]/g)].map(([all, level, text]) =>
    level ? { text, level: /** @type {"_" | "^"} */ (level) } : { text: all, level: "" },
  );
}

/** @param {string} marked */
export const plain = (marked) => marked.replace(/[_^]\{([^}]*)\}/g, "$1");

/**
 * @param {Element} element of HTML
 * @param {string} marked
 */
export function setText(element, marked) {
  const set = pieces(marked).map(({ text, level }) => {
    if (!level) return text;
    const small = document.createElement(level === "^" ? "sup" : "sub");
    small.textContent = text;
    return small;
  });
  element.replaceChildren(...set);
}

/**
 * @param {Element} element `<text>` of a drawing; its tooltip stays
 * @param {string} marked
 */
export function setDrawn(element, marked) {
  const title = element.querySelector(":scope > title");
  if (!/[_^]\{/.test(marked)) element.textContent = marked;
  else element.replaceChildren(...drawn(marked, Number(element.getAttribute("font-size") ?? 12)));
  if (title) element.prepend(title);
}

/**
 * @param {string} marked
 * @param {number} size
 */
function* drawn(marked, size) {
  let at = 0;
  for (const { text, level } of pieces(marked)) {
    const y = level === "^" ? RAISED * size : level === "_" ? LOWERED * size : 0;
    const span = document.createElementNS(SVG, "tspan");
    span.textContent = text;
    if (y !== at) span.setAttribute("dy", (y - at).toFixed(2));
    if (level) span.setAttribute("font-size", String(Math.max(SMALLEST, 0.75 * size)));
    at = y;
    yield span;
  }
}

/**
 * As MathML, a formula for each piece that a narrow page may break behind.
 *
 * @param {string} marked
 * @returns {Node[]}
 */
export function formulas(marked) {
  const parts = marked.split(/(?<= [+−])\s|(?<=[,;:])\s|\s(?=:?= )/);
  return parts.flatMap((part) => [formula(part), document.createTextNode(" ")]);
}

/** @param {string} part */
function formula(part) {
  const row = math("mrow");
  for (const { text, level } of pieces(part)) {
    if (level && row.lastElementChild) row.append(script(row.lastElementChild, level, text));
    else row.append(...atoms(text));
  }
  return math("math", row);
}

/**
 * Whether a name is one of a sentence, such as "row" and "largest": none of a function or a symbol.
 *
 * @param {string | undefined} name
 * @param {string | undefined} after the letter behind it
 */
const isWord = (name, after) => /^[a-z]{2,}$/.test(name ?? "") && !/^d[wbzanx]$|^ln$/.test(name ?? "") && !/[(']/.test(after ?? "");

/** @param {string} text */
function* atoms(text) {
  let before = "";
  for (const match of text.matchAll(/(\d[\d,]*(?:\.\d+)?)|([\p{L}\u0302]+)|\S/gu)) {
    const [atom, number, name] = match;
    const made = isWord(name, text[match.index + atom.length]) ? math("mtext", `\u00a0${atom}\u00a0`)
      : math(number ? "mn" : name ? "mi" : "mo", atom);
    if (atom === "−" && /^$|[(,:*·/+−=]/.test(before)) made.setAttribute("form", "prefix");
    before = atom;
    yield made;
  }
}

/**
 * @param {Element} base
 * @param {"_" | "^"} level
 * @param {string} text
 */
function script(base, level, text) {
  const lowered = base.localName === "msub" ? [...base.children] : null;
  if (lowered) {
    base.remove();
    return math("msubsup", ...lowered, math("mrow", ...atoms(text)));
  }
  base.remove();
  return math(level === "^" ? "msup" : "msub", base, math("mrow", ...atoms(text)));
}

/**
 * @param {string} name
 * @param {...(Node | string)} inside
 */
function math(name, ...inside) {
  const element = document.createElementNS(MATH, name);
  element.append(...inside);
  return element;
}

/** What the reader does becomes one message each: buttons, forms, fields, drawers, keys, clicks in plots, files. */

/** @import {Fields} from "./messages.js" */
import { isNews } from "./markup.js";

const OURS = new Set(["do", "key", "set", "label", "share", "shortcut", "fresh", "confirm", "layout", "roving", "of"]);

/**
 * @param {(action: Fields) => void} send
 * @param {(sentence: string) => void} complain
 */
export function listen(send, complain) {
  document.addEventListener("click", (event) => {
    const button = near(event, "[data-do]");
    if (button && !isField(button) && !button.closest(":disabled")) send(action(button));
  });
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    if (form.dataset.do) send({ ...action(form), ...fields(form) });
  });
  document.addEventListener("change", (event) => {
    const field = near(event, "input, select, textarea");
    if (field?.dataset.do) send({ ...action(field), ...valued(field) });
    if (field instanceof HTMLInputElement && field.type === "file" && field.files) void upload(field.files, complain);
  });
  document.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement | null} */ (near(event, "input[type=range][data-do]"));
    if (!field) return;
    moved.set(field, { to: field.value, at: event.timeStamp });
    soon(() => send({ ...action(field), ...valued(field) }));
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const drawer = /** @type {HTMLDetailsElement} */ (event.target);
      if (!isNews(drawer)) return;
      if (drawer.dataset?.drawer) send({ do: "drawer", name: drawer.dataset.drawer, open: drawer.open });
      else if (drawer.dataset?.key && drawer.closest("#ledger")) send({ do: "unfold", key: drawer.dataset.key, open: drawer.open });
    },
    true,
  );
  document.addEventListener("keydown", (event) => shortcut(event));
  picks(send);
  drops(complain);
}

/**
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export const near = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/** @param {Element} element */
export const isField = (element) => element.matches("form, input, select, textarea");

/**
 * The message that an element stands for: its `data-`, as numbers and truths where they are such.
 *
 * @param {HTMLElement | SVGElement} element
 * @returns {Fields}
 */
export function action(element) {
  const { do: name, ...others } = element.dataset;
  const kept = Object.entries(others).filter(([key]) => !OURS.has(key) || key === "key");
  return { do: name, ...Object.fromEntries(kept.map(([key, text]) => [key, read(text ?? "")])) };
}

/** @param {string} text */
function read(text) {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : text;
}

/**
 * @param {HTMLElement} field
 * @returns {Fields}
 */
function valued(field) {
  const { name, value, type, checked } = /** @type {HTMLInputElement} */ (field);
  return { [name || "value"]: type === "checkbox" ? checked : type === "range" ? Number(value) : value };
}

/** @param {HTMLFormElement} form */
function fields(form) {
  const said = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return Object.fromEntries(said);
}

/** @type {WeakMap<Element, {to: string, at: number}>} where a reader has moved a slider, and when */
const moved = new WeakMap();
const PATIENCE = 1000; // ms

/**
 * Whether a slider is further than a value that the server sends: that is where it was a moment ago.
 *
 * @param {Element} slider
 * @param {string} value
 */
export function isAhead(slider, value) {
  const last = moved.get(slider);
  if (last?.to === value) moved.delete(slider);
  return last !== undefined && last.to !== value && performance.now() - last.at < PATIENCE;
}

/** @type {(() => void) | null} */
let waiting = null;

/**
 * Only the newest, at most once a picture of the screen.
 *
 * @param {() => void} act
 */
function soon(act) {
  if (!waiting) {
    requestAnimationFrame(() => {
      waiting?.();
      waiting = null;
    });
  }
  waiting = act;
}

// -- keys -------------------------------------------------------------------------------------------------------------

/** @param {KeyboardEvent} event */
function shortcut(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest("input:not([type=range]), select, textarea, [contenteditable]")) return;
  if (event.key === " " && at.closest("button, summary, a, [role=button], input")) return;
  if (/^(Arrow|Home|End)/.test(event.key) && at.closest("input, [data-roving]")) return;
  const key = `${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.key === " " ? "Space" : event.key}`;
  const buttons = document.querySelectorAll(`[data-shortcut~="${CSS.escape(key)}"]`);
  const button = [...buttons].find((one) => one instanceof HTMLElement && !one.matches(":disabled") && one.offsetParent);
  if (!button) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (button).click();
}

// -- places in plots --------------------------------------------------------------------------------------------------

/** @param {(action: Fields) => void} send */
function picks(send) {
  /** @type {SVGGraphicsElement | null} */
  let dragged = null;
  const tell = (/** @type {SVGElement | HTMLElement} */ plot, /** @type {PointerEvent | MouseEvent} */ event) => {
    const { left, top, width, height } = plot.getBoundingClientRect();
    const across = (event.clientX - left) / width;
    const up = 1 - (event.clientY - top) / height;
    const { pick, drag, x0 = 0, x1 = 1, y0 = 0, y1 = 1, ...others } = plot.dataset;
    const [a, b, c, d] = [x0, x1, y0, y1].map(Number);
    const known = Object.fromEntries(Object.entries(others).filter(([key]) => !OURS.has(key)));
    send({ do: pick, ...known, x1: a + across * (b - a), x2: c + up * (d - c) });
  };
  document.addEventListener("pointerdown", (event) => {
    const plot = /** @type {SVGGraphicsElement | null} */ (/** @type {unknown} */ (near(event, "[data-pick][data-drag]")));
    if (!plot) return;
    dragged = plot;
    plot.setPointerCapture?.(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (dragged) carry(dragged, event);
  });
  document.addEventListener("pointerup", () => (dragged = null)); // the click that follows tells the place
  document.addEventListener("pointercancel", () => (dragged = null));
  document.addEventListener("click", (event) => {
    const plot = near(event, "[data-pick]");
    if (plot) tell(plot, event);
  });
}

/**
 * The mark of the start goes with the pointer.
 *
 * @param {SVGGraphicsElement} plot
 * @param {PointerEvent} event
 */
function carry(plot, event) {
  const mark = /** @type {SVGGraphicsElement | null} */ (plot.parentElement?.querySelector("[data-key$=':start']"));
  const scale = plot.getScreenCTM()?.inverse();
  if (!mark || !scale) return;
  const { x, y, width, height } = mark.getBBox();
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(scale);
  mark.setAttribute("transform", `translate(${at.x - x - width / 2} ${at.y - y - height / 2})`);
}

// -- files ------------------------------------------------------------------------------------------------------------

/** @param {(sentence: string) => void} complain */
function drops(complain) {
  /** @param {DragEvent} event */
  const over = (event) => (event.dataTransfer?.types.includes("Files") ? near(event, "[data-drop]") : null);
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // a file dropped next to the place for it would replace the page
    over(event)?.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => over(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over(event)?.classList.remove("over");
    void upload(event.dataTransfer.files, complain);
  });
}

/**
 * @param {FileList} files
 * @param {(sentence: string) => void} complain
 */
async function upload(files, complain) {
  const file = files[0];
  if (!file) return;
  const where = `/upload?name=${encodeURIComponent(file.name)}`;
  try {
    const answer = await fetch(where, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } });
    if (!answer.ok) complain(await answer.text());
  } catch {
    complain((document.body.dataset.unsent ?? "").replace("{name}", file.name));
  }
}

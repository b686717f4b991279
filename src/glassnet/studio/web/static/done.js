/** The marks of lessons that are done: sent to the server at each beginning, kept here as it adds some. */

/** @import {Fields} from "./messages.js" */
import { keep, kept } from "./kept.js";

const NAME = "glassnet-done";

/** @param {(action: Fields) => void} send */
export function tellDone(send) {
  const names = kept(NAME);
  if (names) send({ do: "done", names });
}

/** @param {string[]} names */
export function keepDone(names) {
  const all = new Set([...(kept(NAME) ?? "").split(","), ...names]);
  keep(NAME, [...all].filter(Boolean).join(","));
}

export function listenToForget() {
  document.getElementById("forget")?.addEventListener("click", () => keep(NAME, ""));
}

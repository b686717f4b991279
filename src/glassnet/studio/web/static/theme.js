/** Light, dark, or as the system is: the reader's choice, kept in this browser; without one, what a link says. */

import { keep, kept } from "./kept.js";

const NAME = "glassnet-theme";

/** @param {() => void} changed */
export function listenToTheme(changed) {
  show(kept(NAME) ?? new URLSearchParams(location.hash.slice(1)).get("look"));
  document.getElementById("theme")?.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    show(chosen);
    keep(NAME, chosen);
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(null));
}

/** The choice as the end of a link; nothing where the system's is shown. */
export function look() {
  const said = document.documentElement.dataset.theme;
  return said ? `&look=${said}` : "";
}

function isDark() {
  const said = document.documentElement.dataset.theme;
  return said ? said === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** @param {string | null} theme */
function show(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
}

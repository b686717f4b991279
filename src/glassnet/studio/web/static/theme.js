/** Light, dark, or as the system is: the reader's choice, kept in this browser. */

const NAME = "glassnet-theme";

export function listenToTheme() {
  const button = document.getElementById("theme");
  let kept = null;
  try {
    kept = localStorage.getItem(NAME);
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
  show(kept);
  button?.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    show(chosen);
    try {
      localStorage.setItem(NAME, chosen);
    } catch {
      // as above
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(document.documentElement.dataset.theme ?? null));
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

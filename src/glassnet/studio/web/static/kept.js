/**
 * What this browser keeps of its reader: light or dark, lessons that are done. In cookies: a studio has another port each
 * time, and what else a browser keeps it keeps for one port alone.
 */

const YEAR = 31_536_000; // seconds

/**
 * @param {string} name
 * @returns {string | null}
 */
export function kept(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : null;
}

/**
 * @param {string} name
 * @param {string} value "" keeps nothing
 */
export function keep(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${value ? YEAR : 0}; samesite=strict`;
}

/** What the page says: politely read aloud, at most a sentence a second; errors, until they are put away. */

const PAUSE = 1000; // ms

/** @type {string | null} */
let next = null;
let talking = false;

/** @param {string} sentence */
export function say(sentence) {
  next = sentence;
  if (!talking) speak();
}

function speak() {
  const place = document.getElementById("said");
  if (place && next !== null) place.textContent = next;
  talking = next !== null;
  next = null;
  if (talking) setTimeout(speak, PAUSE);
}

/** @param {string} sentence "" puts it away */
export function complain(sentence) {
  const place = document.getElementById("error");
  const text = place?.querySelector("p");
  if (!place || !text) return;
  text.textContent = sentence;
  place.hidden = !sentence;
}

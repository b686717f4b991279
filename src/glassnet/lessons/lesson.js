"use strict";
// Judges answers as glassnet.lessons.question does: right to the digits that were typed, or which slip it comes from.

/** What a typed number may mean: [value, worth of its last digit]. */
function readings(text) {
  const written = text.trim().replaceAll("−", "-").replaceAll(" ", "");
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const place = (digits) => {
    const [mantissa, power] = digits.toLowerCase().split("e");
    return Number(`1e${Number(power ?? 0) - (mantissa.split(".")[1] ?? "").length}`);
  };
  const pointed = written.replaceAll(",", ".");
  if (pointed.includes("/")) {
    const [top, bottom, more] = pointed.split("/");
    const fits = more === undefined && number.test(top) && number.test(bottom) && Number(bottom) !== 0;
    return fits ? [[Number(top) / Number(bottom), 0]] : [];
  }
  const found = number.test(pointed) ? [[Number(pointed), place(pointed)]] : [];
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(written)) {
    const whole = written.replaceAll(",", "");
    found.push([Number(whole), place(whole)]);
  }
  return found;
}

/** The slip that a number is nearest to; "" for the answer, null where it is near nothing. */
function nearest(question, typed, place) {
  let best = null;
  let least = Infinity;
  for (const [clause, value] of [["", question.answer], ...Object.entries(question.slips)]) {
    const allowed = Math.min(place, question.close * Math.abs(value)) + 1e-9 * Math.max(1, Math.abs(value));
    const distance = Math.abs(typed - value);
    if (distance <= allowed && distance < least) [best, least] = [clause, distance];
  }
  return best;
}

/** [kind, sentence] of an answer. */
function judge(question, text) {
  const typed = readings(text);
  if (!typed.length) return ["unread", `'${text}' is not a number; write it as 0.5, 0,5 or 1/2.`];
  const found = typed.map(([value, place]) => nearest(question, value, place));
  if (found.includes("")) return ["right", `Right: ${question.why}.`];
  const slip = found.find((clause) => clause !== null);
  if (slip !== undefined) return ["slip", `${text.trim()} is what comes out when ${slip}.`];
  return ["wrong", `${text.trim()} is not it.`];
}

if (typeof document !== "undefined") {
  const forms = [...document.querySelectorAll("form[data-question]")];
  const right = new Set();
  forms.forEach((form, place) => {
    const question = JSON.parse(form.dataset.question);
    const next = forms[place + 1];
    if (place) form.hidden = true; // a later question tells what an earlier one asks for
    const goOn = () => {
      if (next) next.hidden = false;
    };
    form.querySelector("details").addEventListener("toggle", goOn);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [kind, sentence] = judge(question, form.querySelector("input").value);
      form.querySelector(".verdict").textContent = kind === "right" ? `✓ ${sentence}` : sentence;
      if (kind !== "right") return;
      right.add(form);
      goOn();
      if (right.size === forms.length) document.getElementById("shown").open = true;
    });
  });
} else {
  globalThis.judge = judge;
}

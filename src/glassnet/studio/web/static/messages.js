/**
 * What travels over the socket. The page knows no networks: it has parts with markup, and values that it puts into
 * them by key.
 *
 * @typedef {{[name: string]: unknown}} Fields
 *
 * @typedef {object} Message one message of the server; every part of it may be missing
 * @property {number} [seq] its number, which the answer names: the server then sends the next
 * @property {{[part: string]: string}} [markup] new structure, made and escaped in Python
 * @property {{[part: string]: string[]}} [keys] whose the texts of a drawing's frames are
 * @property {{[part: string]: Places}} [places] where the shapes of a drawing are now, of those that have moved
 * @property {{[part: string]: Payload}} [frame] new values
 * @property {State} [state] what of it is new
 * @property {string} [say] a sentence to be read aloud, politely
 * @property {string} [error] a sentence
 * @property {string} [focus] the id of the element where the next act is
 *
 * @typedef {{[shape: number]: {[attribute: string]: string}}} Places by the number of the shape in the drawing, from 0
 * @typedef {[string[], (number | null)[], (number | null)[]?]} DrawingFrame texts, shares, shares of the ghost
 * @typedef {{[key: string]: Value}} KeyedFrame
 * @typedef {string | null | [string, string] | {[attribute: string]: string}} Value
 * @typedef {DrawingFrame | KeyedFrame} Payload
 *
 * @typedef {object} State what the whole page shows
 * @property {string} [url] the fragment of the address
 * @property {string} [title]
 * @property {string} [doing] what is computed just now, where that takes long; "" for nothing
 * @property {boolean} [playing]
 * @property {string} [lens]
 * @property {string} [select] the key that is selected, or ""
 * @property {string[]} [finished] the lessons that are done
 * @property {string[]} [open] the drawers that are
 * @property {string[]} [lit] keys on the way from it to the cost; none: nothing is dimmed
 */
export {};

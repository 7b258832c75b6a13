// What the page says, in its reader's language: the server has put every sentence into the page.

const known = JSON.parse(document.querySelector('meta[name="words"]').content);
const open = /\{(\w+)\}/g;

const { lang } = document.documentElement;
/** How times and numbers are written: as in the reader's own country, where the language is that of the page. */
export const locale = navigator.languages.find((one) => one.split("-")[0] === lang) ?? lang;
const rightToLeft = document.documentElement.dir === "rtl";

/** Somebody's words, a name or a number in a direction of their own, which do not turn what is around them. */
export const apart = (value) => (rightToLeft ? `\u2068${value}\u2069` : String(value));

/** A sentence by its name, with what it leaves open filled in. */
export function say(name, values = {}) {
  return known[name].replace(open, (whole, key) => (key in values ? apart(values[key]) : whole));
}

/** The same with an element in it: a list of words and that element, in the order of the language. */
export function sayWith(name, key, element) {
  const [before, after] = known[name].split(`{${key}}`);
  return [before, element, after];
}

/** A number as the reader writes it. */
export const count = (number) => number.toLocaleString(locale);

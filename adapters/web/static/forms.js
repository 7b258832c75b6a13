// The one form that may be open: under a card, or in the place of one's own message. What is typed is kept.

import { $, h, nonce } from "./dom.js";
import { memory, state } from "./store.js";
import { count, say } from "./words.js";

let show = () => {};

/** The feed hands in how a row is shown anew: it draws forms, and they change. */
export function onFormChange(handler) {
  show = handler;
}

const key = (form) => `form.${state.me}.${form.message ?? `${form.post}.${form.kind}`}`;

function kept(form) {
  try { return JSON.parse(memory.get(key(form))) ?? null; } catch { return null; }
}

/** The nonce lives and dies with the text: the same words sent again are one deed. */
function hold(form, text) {
  if (form.text === text && form.nonce) return;
  Object.assign(form, { text, nonce: nonce() });
  memory.set(key(form), text && text !== form.original ? JSON.stringify({ text, nonce: form.nonce }) : null);
}

/** Put words into the form: what was typed here before, else `text`. */
export function fillForm(text) {
  const form = state.form;
  form.original = text;
  const earlier = kept(form);
  if (earlier) Object.assign(form, earlier);
  else hold(form, text);
}

export function openForm(form) {
  const before = state.form;
  state.form = { text: "", nonce: nonce(), problem: "", choices: null, words: {}, ...form };
  if (before) show(before.post);
}

/** Show the open form as it is now, and stand in it. */
export function showForm({ focus = true } = {}) {
  const form = state.form;
  if (!form) return;
  show(form.post);
  const text = $("words");
  if (text && text.value !== form.text) text.value = form.text;
  if (!focus) return;
  const first = text ?? document.querySelector(".words button");
  first?.focus();
  first?.setSelectionRange?.(first.value.length, first.value.length);
  first?.closest(".words").scrollIntoView({ block: "nearest" });
}

export function typedWords(text) {
  hold(state.form, text);
  const length = [...text].length;
  const most = state.form.most;
  $("words-count").textContent = length > most * 0.85 ? `${count(length)} / ${count(most)}` : "";
  $("words-count").classList.toggle("over", length > most);
}

/** Close it. Words stay kept for the next time, unless they have arrived. */
export function closeForm({ arrived = false } = {}) {
  const form = state.form;
  if (!form) return;
  if (arrived) memory.set(key(form), null);
  state.form = null;
  show(form.post);
  const opener = [...document.querySelectorAll(`[data-post="${CSS.escape(form.post)}"]`)]
    .find((button) => (button.dataset.verb ?? button.dataset.act) === form.opener);
  (opener ?? $("title")).focus();
}

export function problem(text) {
  if (!state.form) return;
  state.form.problem = text;
  showForm({ focus: false });
}

function choices(form) {
  return [
    h("ul", { class: "choices", role: "list", "data-key": "choices" }, form.choices.map((one) => h("li", {},
      h("button", { type: "button", class: "choice", dir: "auto", "data-act": "choose", "data-message": one.message }, one.text)))),
    h("div", { class: "actions", "data-key": "choose-actions" },
      h("button", { type: "button", class: "button small", "data-act": "close-form" }, form.words.cancel ?? say("cancel"))),
  ];
}

function fields(form) {
  return [
    h("textarea", { id: "words", "data-key": "text", rows: form.kind === "wrong" || form.kind === "appeal" ? "3" : "2",
      dir: "auto", autocomplete: "off", "aria-describedby": "words-what words-problem words-count",
      "aria-required": form.kind === "wrong" ? null : "true", "aria-invalid": form.problem ? "true" : null }, form.text),
    h("p", { class: "count", id: "words-count", "data-key": "count" }),
    h("p", { class: "problem", id: "words-problem", role: "alert", "data-key": "problem" }, form.problem),
    h("div", { class: "actions", "data-key": "actions" },
      h("button", { type: "submit", class: "button small primary" }, form.words.send),
      h("button", { type: "button", class: "button small", "data-act": "close-form" }, form.words.cancel ?? say("cancel")),
      form.choices?.length > 1 && h("button", { type: "button", class: "link", "data-act": "choose-again" }, say("choose_another"))),
  ];
}

function question(form) {
  return [
    h("p", { class: "problem", id: "words-problem", role: "alert", "data-key": "problem" }, form.problem),
    h("div", { class: "actions", "data-key": "actions" },
      h("button", { type: "submit", class: "button small danger" }, form.words.send),
      h("button", { type: "button", class: "button small", "data-act": "close-form" }, form.words.cancel)),
  ];
}

/** The form, drawn anew each time; the same nodes stay, and with them the caret. */
export function formBody() {
  const form = state.form;
  const choosing = form.choices && !form.message;
  const parts = form.kind === "delete" ? question : choosing ? choices : fields;
  const label = choosing ? form.words.which : form.words.asks;
  return h("form", { class: `words ${form.kind}`, "data-key": "words", "data-form": form.kind, "aria-label": form.label ?? form.words.send, novalidate: true },
    parts === fields
      ? h("label", { for: "words", "data-key": "label" }, label)
      : h("p", { class: "label", "data-key": "label" }, label),
    h("p", { class: "what", id: "words-what", "data-key": "what" }, choosing && !form.choices.length ? say("nothing_to_branch") : form.what ?? ""),
    parts(form));
}

// What people do in forms: feedback and appeals, and editing, branching from and deleting their own messages.

import { showComposer, trouble } from "./composer.js";
import { closeForm, fillForm, openForm, problem, showForm } from "./forms.js";
import { Away, Refusal, deed, read } from "./net.js";
import { state } from "./store.js";
import { arrive } from "./visit.js";
import { count, say } from "./words.js";

const BRANCHES = say("branches");
const BRANCH = { asks: say("your_message"), send: say("branch") };
const EDIT = { asks: say("your_message"), send: say("save") };
const DELETE = { asks: say("delete_question"), send: say("delete"), cancel: say("keep_it") };

/** Ask the server; null after saying why not, above the composer. */
async function look(path) {
  try {
    const answer = await read(path);
    trouble("");
    return answer;
  } catch (error) {
    if (error instanceof Refusal) trouble(error.message);
    else if (error instanceof Away) trouble(say("no_answer"));
    else throw error;
    return null;
  }
}

function branchOrEdit(form, answered) {
  Object.assign(form, answered
    ? { kind: "branch", words: BRANCH, what: BRANCHES }
    : { kind: "edit", words: EDIT, what: say("edit_what") });
}

function choose(message) {
  const one = state.form.choices.find((choice) => choice.message === message);
  Object.assign(state.form, { message, words: { ...state.form.words, send: state.form.label }, what: BRANCHES, problem: "" });
  fillForm(one.text);
  showForm();
}

export const own = {
  async form(button) {
    const { post, verb } = button.dataset;
    if (state.form?.post === post && state.form.kind === verb) {
      closeForm();
      return;
    }
    const { form: words } = state.posts.get(post).card.buttons.find((one) => one.verb === verb);
    const common = { post, kind: verb, opener: verb, words, label: button.textContent, most: state.mostWords };
    if (verb !== "branch") {
      openForm(common);
      fillForm("");
      showForm();
      return;
    }
    const place = state.place;
    const known = await look(`/api/own/${place}`);
    if (!known || place !== state.place) return;
    openForm({ ...common, thread: place, most: state.longest, choices: known.messages });
    if (known.messages.length === 1) choose(known.messages[0].message);
    else showForm();
  },
  choose: (button) => choose(button.dataset.message),
  "choose-again"() {
    Object.assign(state.form, { message: undefined, what: "", problem: "", text: "", nonce: "" });
    showForm();
  },
  "close-form": () => closeForm(),
  async edit(button) {
    const { post, place, thread, message } = button.dataset;
    const known = await look(`/api/own/${place}/${post}`);
    if (!known || !state.posts.has(post)) return;
    openForm({ post, place, thread, message, opener: "edit", most: state.longest });
    branchOrEdit(state.form, known.answered);
    fillForm(known.text);
    showForm();
  },
  delete(button) {
    const { post, place } = button.dataset;
    openForm({ post, place, kind: "delete", opener: "delete", words: DELETE, what: say("delete_what") });
    showForm();
    document.querySelector(".words [data-act]").focus();
  },
};

const send = {
  branch: (form) => deed("branch", { place: form.thread, message: form.message, text: form.text, nonce: form.nonce }),
  edit: (form) => deed("edit", { place: form.place, post: form.post, text: form.text, nonce: form.nonce }),
  delete: (form) => deed("delete", { place: form.place, post: form.post, nonce: form.nonce }),
  words: (form) => deed("words", { place: state.place, post: form.post, verb: form.kind, text: form.text, nonce: form.nonce }),
};

function wanting(form) {
  if (form.kind === "delete") return "";
  const length = [...form.text].length;
  if (length > form.most) return say("too_long", { length: count(length), most: count(form.most) });
  if (form.kind === "wrong" || form.text.trim()) return "";
  return form.kind === "appeal" ? say("needs_reason") : say("needs_message");
}

/** Send the open form. It closes when the server has it; until then every word stays. */
export async function submitForm() {
  const form = state.form;
  if (!form || form.busy) return;
  const lacks = wanting(form);
  if (lacks) {
    problem(lacks);
    document.getElementById("words")?.focus();
    return;
  }
  form.busy = true;
  try {
    const answer = await (send[form.kind] ?? send.words)(form);
    if (state.form === form) closeForm({ arrived: true });
    // The message's own buttons go with its text: the keyboard goes on where one writes.
    if (!arrive(answer) && form.kind === "delete") showComposer({ focus: true });
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof Away)) throw error;
    if (state.form !== form) return;
    problem(error instanceof Refusal ? error.message : say("words_kept"));
    if (form.kind === "edit" && error instanceof Refusal) await turnToBranch(form);
  } finally {
    form.busy = false;
  }
}

/** The answer was quicker than the change: the same words can begin a branch. */
async function turnToBranch(form) {
  const known = await look(`/api/own/${form.place}/${form.post}`);
  if (!known?.answered || state.form !== form) return;
  branchOrEdit(form, true);
  showForm({ focus: false });
}

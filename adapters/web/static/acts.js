// What people do: every button by its data-act, and sending.

import { backToWriting, cancel, fill, submit, trouble } from "./composer.js";
import { $, announce, nonce } from "./dom.js";
import { follow, showFeed } from "./feed.js";
import { showHead } from "./head.js";
import { Away, Refusal, deed, read } from "./net.js";
import { own } from "./own.js";
import { drawer, drawerIsOpen, showAll } from "./sidebar.js";
import { sortedPosts, state, thread } from "./store.js";
import { arrive, follows } from "./visit.js";
import { say } from "./words.js";

/** Do something at once; if nobody answers, say so and leave everything as it is. */
async function doing(name, details, button) {
  if (button?.getAttribute("aria-disabled") === "true") return null;
  button?.setAttribute("aria-disabled", "true");
  try {
    const answer = await deed(name, { place: state.place, nonce: nonce(), ...details });
    trouble("");
    return answer;
  } catch (error) {
    if (error instanceof Refusal) trouble(error.message);
    else if (error instanceof Away) trouble(say("not_done"));
    else throw error;
    return null;
  } finally {
    button?.removeAttribute("aria-disabled");
  }
}

/** A moderator's deed; the panel that it may have come from makes room for what is said about it. */
async function moderate(name, details, button) {
  const answer = await doing(name, details, button);
  if (answer && button.closest("#moderate")) $("moderate").hidePopover();
  else if (answer) backToWriting(button);
}

export const acts = {
  async begin(button) {
    const place = state.place === "moderators" ? "general" : state.place;
    const answer = await doing("begin", { place }, button);
    if (answer) arrive(answer);
  },
  async press(button) {
    const answer = await doing("press", { post: button.dataset.post, verb: button.dataset.verb }, button);
    if (answer && !arrive(answer)) backToWriting(button);
  },
  async stop(button) {
    await doing("press", { post: button.dataset.post, verb: "stop" }, button);
    backToWriting(button);
  },
  async end(button) {
    await doing("say", { text: "/end" }, button);
    follow();
  },
  lock: (button) => moderate("lock", { locked: button.dataset.locked === "true" }, button),
  reopen: (button) => moderate("reopen", {}, button),
  release: (button) => moderate("release", {}, button),
  async look() {
    try {
      state.mode = (await read("/api/mode")).mode;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Away)) throw error;
      state.mode = ""; // not known now: none is marked
    }
    showHead();
  },
  mode: (button) => moderate("mode", { mode: button.dataset.mode }, button),
  ...own,
  async "put-away"(button) {
    await doing("put-away", { post: button.dataset.post, hidden: true }, button);
    backToWriting(button);
  },
  "bring-back": (button) => doing("put-away", { post: button.dataset.post, hidden: false }, button),
  async earlier() {
    const [oldest] = sortedPosts().filter((post) => post.place === state.place && post.id !== thread()?.origin);
    const here = await read(`/api/place/${state.place}?before=${oldest.id}`);
    here.posts.forEach((post) => state.posts.set(post.id, post));
    state.more = here.more;
    showFeed();
  },
  all: (button) => showAll(button.dataset.channel),
  newest: () => follow(),
  starter: (button) => fill(button.textContent),
  command: (button) => fill(button.dataset.command),
  mention: () => fill(`@${state.assistant} ${$("text").value}`),
  "cancel-send": () => { cancel(); $("text").focus(); },
  drawer() {
    drawer(!drawerIsOpen());
    (drawerIsOpen() ? $("sidebar").querySelector(".close-drawer") : $("menu")).focus();
  },
  async copy(button) {
    await navigator.clipboard.writeText(button.closest(".code").querySelector("pre").textContent);
    announce(say("copied"));
  },
};

export function send() {
  follow(); // now, and not when it has arrived: a long answer may by then be read from its beginning
  submit((answer, mail) => {
    if (arrive(answer)) return;
    if (!answer.id || state.threads.has(mail.place)) return;
    follows(answer.id);
  });
}

// The composer: a draft for every person and place, sent once, and never lost.

import { $, children, h, nonce } from "./dom.js";
import { showFoot } from "./head.js";
import { Away, Refusal, deed } from "./net.js";
import { me, memory, state, thread } from "./store.js";
import { avatar } from "./sidebar.js";
import { count, say } from "./words.js";

const COMMANDS = { "/end": "command_end", "/new": "command_new", "/help": "command_help", "/privacy": "command_privacy" };
const WAITS = [1000, 2000, 4000, 8000, 10_000];
let sending = null;

const key = (place = state.place) => `draft.${state.me}.${place}`;

export function draft(place = state.place) {
  try { return JSON.parse(memory.get(key(place))) ?? { text: "", nonce: "" }; } catch { return { text: "", nonce: "" }; }
}

/** The nonce lives and dies with the text: the same text sent again is the same message. */
function keep(text, place = state.place) {
  const old = draft(place);
  if (old.text === text) return old;
  const kept = { text, nonce: nonce() };
  memory.set(key(place), text ? JSON.stringify(kept) : null);
  return kept;
}

export function carry(text, place) {
  if (text.trim() && !draft(place).text) keep(text, place);
}

export function fill(text) {
  $("text").value = text;
  typed();
  $("text").focus();
}

export function typed() {
  keep($("text").value);
  if (sending) cancel();
  measure();
  showHints();
}

function measure() {
  const text = $("text");
  const length = [...text.value].length;
  if (!CSS.supports("field-sizing", "content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
  $("count").textContent = length > state.longest * 0.85 ? `${count(length)} / ${count(state.longest)}` : "";
  $("count").classList.toggle("over", length > state.longest);
  $("send").setAttribute("aria-disabled", String(!text.value.trim()));
}

function showHints() {
  const text = $("text").value;
  const here = thread();
  const open = !$("composer").hidden;
  const typing = /^\/\w*$/.test(text);
  const commands = Object.entries(COMMANDS).filter(([name]) => name.startsWith(text) && !(name === "/end" && (!here || here.hold)));
  const stranger = here && here.starter !== state.me && !text.toLowerCase().includes(`@${state.assistant}`.toLowerCase());
  if (open && typing && commands.length) {
    children($("hints"), commands.map(([name, what]) => h("button", { type: "button", class: "command", "data-act": "command", "data-command": name }, h("b", { dir: "ltr" }, name), say(what))));
  } else if (open && stranger) {
    children($("hints"), [h("span", {}, say("not_your_chat", { name: here.starter_name })), h("button", { type: "button", class: "link", "data-act": "mention" }, say("mention"))]);
  } else {
    children($("hints"), []);
  }
}

/** Show the composer of this person in this place, with what they had typed. */
export function showComposer({ focus = false } = {}) {
  const kept = draft();
  const had = $("composer").contains(document.activeElement);
  const open = showFoot(kept.text);
  const who = me();
  if (who) $("speaker").replaceWith(Object.assign(avatar(who, "small"), { id: "speaker" }));
  if ($("text").value !== kept.text && !sending) $("text").value = kept.text;
  $("text").placeholder = say(thread() ? "write_to" : "ask");
  $("text-label").textContent = say(thread() ? "message_in_chat" : "message_in", { place: `#${state.place}`, name: who?.name ?? "" });
  measure();
  showHints();
  const fine = matchMedia("(pointer: fine)").matches;
  if (open && focus && fine) $("text").focus();
  else if (!open && (had || focus)) ($("locked").querySelector("button") ?? $("title")).focus();
}

/** A pressed control may vanish: the keyboard then goes on in the composer, or where the composer was. */
export function backToWriting(button) {
  requestAnimationFrame(() => {
    if (!button.isConnected && document.activeElement === document.body) showComposer({ focus: true });
  });
}

export function cancel() {
  clearTimeout(sending?.timer);
  sending = null;
  $("composer").classList.remove("busy");
  children($("trouble"), []);
}

export function trouble(text, ...more) {
  children($("trouble"), text ? [document.createTextNode(text), ...more] : []);
}

/** Send what is typed. `done` gets the answer; the text stays until the server has it. */
export function submit(done) {
  const text = $("text").value;
  if (!text.trim() || (sending && !sending.timer)) return;
  const length = [...text].length;
  if (length > state.longest) {
    trouble(say("too_long", { length: count(length), most: count(state.longest) }));
    return;
  }
  clearTimeout(sending?.timer);
  attempt({ who: state.me, place: state.place, text, nonce: keep(text).nonce, tries: 0, timer: 0, done });
}

async function attempt(mail) {
  sending = mail;
  mail.timer = 0;
  $("composer").classList.add("busy");
  try {
    const answer = await deed("say", { as: mail.who, place: mail.place, text: mail.text, nonce: mail.nonce });
    memory.set(`draft.${mail.who}.${mail.place}`, null);
    if (sending === mail) {
      cancel();
      if (state.place === mail.place && $("text").value === mail.text) $("text").value = "";
    }
    mail.done(answer, mail);
  } catch (error) {
    if (sending !== mail) return;
    cancel();
    if (error instanceof Refusal) trouble(error.message);
    else if (error instanceof Away) again(mail);
    else throw error;
  }
  showComposer();
}

function again(mail) {
  sending = mail;
  const wait = WAITS[Math.min(mail.tries, WAITS.length - 1)];
  mail.tries += 1;
  mail.timer = setTimeout(() => attempt(mail), wait);
  trouble(`${say("not_sent_yet")} `,
    h("button", { type: "button", class: "link", "data-act": "cancel-send" }, say("do_not_send")));
}

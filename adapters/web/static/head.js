// The head of the page, and the line in the composer's place.

import { $, children, h, icon } from "./dom.js";
import { channel, me, state, thread } from "./store.js";
import { apart, say, sayWith } from "./words.js";

export function showHead() {
  const here = thread();
  const title = here ? apart(here.title) : channel() ? apart(`#${channel().id}`) : say("nothing_here");
  $("title").textContent = title;
  $("about").textContent = here ? `${apart(`#${here.channel}`)} · ${say("started_by", { name: here.starter_name })}` : channel()?.about ?? say("no_such_place");
  document.title = `${title} · ${state.assistant}`;
  children($("tools"), [...(here ? tools(here) : []), ...(me()?.moderator ? [panelButton()] : [])]);
  children($("moderate"), me()?.moderator ? panel(here) : []);
  const model = state.offline
    ? sayWith("offline_answers", "who", h("b", {}, say("offline_stand_in")))
    : sayWith("model_answers", "who", h("b", { dir: "ltr" }, state.model));
  children($("model"), model);
  $("away").hidden = state.connected;
}

function tools(here) {
  const moderator = me()?.moderator;
  return [
    here.ended && h("span", { class: "pill", "data-key": "ended", title: say("chat_ended") }, icon("lock"), h("span", {}, say("ended_pill"))),
    !here.ended && here.hold && h("span", { class: "pill hold", "data-key": "hold", title: say("hold_what") }, icon("care"), h("span", {}, say("hold_pill"))),
    moderator && here.ended && h("button", { type: "button", class: "button small", "data-key": "reopen", "data-act": "reopen" }, say("reopen")),
    moderator && !here.ended && here.hold && h("button", { type: "button", class: "button small", "data-key": "release", "data-act": "release", title: say("release_what") }, say("release")),
    !here.ended && !here.hold && !moderator && h("button", { type: "button", class: "button small", "data-key": "end", "data-act": "end" }, say("end_chat")),
  ].filter(Boolean);
}

const MODES = { on: "mode_on", shadow: "mode_shadow", off: "mode_off" };

function panelButton() {
  return h("button", { type: "button", class: "icon-button", "data-key": "panel", popovertarget: "moderate", "aria-label": say("moderation"), title: say("moderation") }, icon("shield"));
}

/** What moderators can set. The mode that is on is asked for whenever the panel opens: others can change it. */
function panel(here) {
  const modes = Object.entries(MODES).map(([mode, what]) => h("li", {},
    h("button", { type: "button", class: "button small", "data-key": `mode-${mode}`, "data-act": "mode", "data-mode": mode, "aria-pressed": String(mode === state.mode) }, mode[0].toUpperCase() + mode.slice(1)), h("span", {}, say(what))));
  return [
    h("h2", {}, say("warnings_and_endings")),
    h("p", {}, say("modes_what")),
    h("ul", { class: "modes", role: "list" }, modes),
    here && h("h2", { "data-key": "hand" }, say("by_hand")),
    here && h("ul", { class: "modes", role: "list", "data-key": "lock" }, h("li", {},
      h("button", { type: "button", class: "button small", "data-act": "lock", "data-locked": String(!here.ended) }, say(here.ended ? "unlock" : "lock")),
      h("span", {}, say(here.ended ? "unlock_what" : "lock_what")))),
  ].filter(Boolean);
}

/** Composer, or the line that says why there is none. Returns whether one can write. */
export function showFoot(draft) {
  const here = thread();
  const quiet = state.place === "moderators" || !channel();
  const open = !here?.ended && !quiet;
  $("composer").hidden = !open;
  $("keys").hidden = !open;
  $("locked").hidden = open;
  if (here?.ended) {
    children($("locked"), [
      h("p", {}, icon("lock"), say("locked")),
      h("button", { type: "button", class: "button", "data-act": "begin" }, say("start_new_chat")),
      ...(draft.trim() ? [h("p", { class: "kept" }, say("unsent_kept"))] : []),
    ]);
  } else if (!open) {
    const why = say(channel() ? "moderators_read" : "no_such_thread");
    children($("locked"), [h("p", {}, icon(channel() ? "shield" : "away"), why)]);
  }
  return open;
}

// The head of the page, and the line in the composer's place.

import { $, children, h, icon } from "./dom.js";
import { channel, me, state, thread } from "./store.js";

export function showHead() {
  const here = thread();
  const title = here ? here.title : channel() ? `#${channel().id}` : "Nothing here";
  $("title").textContent = title;
  $("about").textContent = here ? `#${here.channel} · started by ${here.starter_name}` : channel()?.about ?? "This place does not exist.";
  document.title = `${title} · ${state.assistant}`;
  children($("tools"), [...(here ? tools(here) : []), ...(me()?.moderator ? [panelButton()] : [])]);
  children($("moderate"), me()?.moderator ? panel(here) : []);
  const model = state.offline
    ? ["The ", h("b", {}, "offline stand-in"), " answers, not an AI model"]
    : [h("b", {}, state.model), " answers. It can make mistakes"];
  children($("model"), model);
  $("away").hidden = state.connected;
}

function tools(here) {
  const moderator = me()?.moderator;
  return [
    here.ended && h("span", { class: "pill", "data-key": "ended", title: "This chat has ended" }, icon("lock"), h("span", {}, "Ended")),
    !here.ended && here.hold && h("span", { class: "pill hold", "data-key": "hold", title: "Help is at hand: this chat stays open" }, icon("care"), h("span", {}, "Kept open")),
    moderator && here.ended && h("button", { type: "button", class: "button small", "data-key": "reopen", "data-act": "reopen" }, "Reopen"),
    moderator && !here.ended && here.hold && h("button", { type: "button", class: "button small", "data-key": "release", "data-act": "release", title: "Take the hold off" }, "Release"),
    !here.ended && !here.hold && !moderator && h("button", { type: "button", class: "button small", "data-key": "end", "data-act": "end" }, "End chat"),
  ].filter(Boolean);
}

const MODES = {
  on: "It warns and ends by itself, by the rules.",
  shadow: "What it would do is judged and logged; nothing happens.",
  off: "It neither warns nor ends by itself.",
};

function panelButton() {
  return h("button", { type: "button", class: "icon-button", "data-key": "panel", popovertarget: "moderate", "aria-label": "Moderation", title: "Moderation" }, icon("shield"));
}

/** What moderators can set; which mode is on is not known here, so none is marked. */
function panel(here) {
  const modes = Object.entries(MODES).map(([mode, what]) => h("li", {},
    h("button", { type: "button", class: "button small", "data-act": "mode", "data-mode": mode }, mode[0].toUpperCase() + mode.slice(1)), h("span", {}, what)));
  return [
    h("h2", {}, "Warnings and endings"),
    h("p", {}, `What ${state.assistant} may do by itself in the whole playground, from the next message on. People can always end their own chats.`),
    h("ul", { class: "modes", role: "list" }, modes),
    here && h("h2", { "data-key": "hand" }, "By hand"),
    here && h("ul", { class: "modes", role: "list", "data-key": "lock" }, h("li", {},
      h("button", { type: "button", class: "button small", "data-act": "lock", "data-locked": String(!here.ended) }, here.ended ? "Unlock" : "Lock"),
      h("span", {}, here.ended ? "Open the thread again, as one can on any platform." : "Close the thread, as one can on any platform. The chat ends."))),
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
      h("p", {}, icon("lock"), "This chat has ended. Nothing was deleted."),
      h("button", { type: "button", class: "button", "data-act": "begin" }, "Start a new chat"),
      ...(draft.trim() ? [h("p", { class: "kept" }, "What you had not sent is kept, and goes with you into the new chat.")] : []),
    ]);
  } else if (!open) {
    const why = channel() ? "Moderators read here. To talk, open a channel." : "There is no such thread. Choose another from the list.";
    children($("locked"), [h("p", {}, icon(channel() ? "shield" : "away"), why)]);
  }
  return open;
}

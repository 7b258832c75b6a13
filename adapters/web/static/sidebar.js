// The list of channels and threads, and the switch of who speaks.

import { $, children, h, icon } from "./dom.js";
import { memory, state, threadsOf } from "./store.js";
import { apart, count, say } from "./words.js";

const SHOWN = 12;
const all = new Set();

function threadLink(one) {
  const said = one.ended ? say("ended") : one.hold ? say("kept_open_help") : "";
  const kind = [one.ended && "ended", one.hold && "hold", state.unseen.has(one.id) && "new"].filter(Boolean).join(" ");
  return h("li", { "data-key": one.id },
    h("a", { href: `/t/${one.id}`, class: kind || null, "aria-current": state.place === one.id ? "page" : null, title: one.title },
      icon(one.ended ? "lock" : one.hold ? "care" : "thread"),
      h("span", { class: "name" }, apart(one.title)),
      said && h("span", { class: "sr" }, `, ${said}`),
      state.unseen.has(one.id) && h("span", { class: "sr" }, `, ${say("new_messages")}`)));
}

function channelList(channel) {
  const threads = threadsOf(channel.id);
  // The thread that one reads is always in the list, however many there are.
  const shown = threads.filter((one, at) => all.has(channel.id) || at < SHOWN || one.id === state.place);
  const rest = threads.length - shown.length;
  return h("li", { "data-key": channel.id },
    h("a", { href: `/c/${channel.id}`, class: "channel", "aria-current": state.place === channel.id ? "page" : null },
      icon(channel.id === "moderators" ? "shield" : "hash"),
      h("span", { class: "name" }, channel.id),
      state.unseen.has(channel.id) && h("span", { class: "sr" }, `, ${say("new_messages")}`)),
    threads.length > 0 && h("ul", { class: "threads", role: "list", "aria-label": say("threads_in", { channel: `#${channel.id}` }) }, shown.map(threadLink)),
    rest > 0 && h("button", { type: "button", class: "link more", "data-act": "all", "data-channel": channel.id }, say("show_more", { count: count(rest) })));
}

export function showAll(channel) {
  all.add(channel);
  showPlaces();
}

export function showPlaces() {
  children($("places"), [h("ul", { role: "list" }, state.channels.map(channelList))]);
}

export function avatar(person, size = "") {
  return h("span", { class: `avatar ${size} ${person.id}`, "aria-hidden": "true" }, person.name.slice(0, 1));
}

export function showPeople() {
  const labels = state.people.map((person) => {
    const input = h("input", { type: "radio", name: "person", value: person.id, checked: person.id === state.me });
    input.checked = person.id === state.me;
    return h("label", {}, input, avatar(person, "small"), h("span", {}, person.name),
      person.moderator && h("span", { class: "role" }, say("moderator")));
  });
  $("people").replaceChildren($("people").querySelector("legend"), ...labels);
  memory.set("me", state.me);
}

/** The drawer of narrow screens: what is behind it cannot be reached while it is open. */
export function drawer(open) {
  document.body.classList.toggle("drawer", open);
  $("shade").hidden = !open;
  $("main").inert = open;
  $("menu").setAttribute("aria-expanded", String(open));
}

export const drawerIsOpen = () => document.body.classList.contains("drawer");

// Cards: warning, confirmation, notice, helplines and the small lines, each with its own sign.

import { h, html, icon } from "./dom.js";
import { formBody } from "./forms.js";
import { state } from "./store.js";
import { say } from "./words.js";

const SIGNS = {
  warning: "warn",
  confirmation: "ask",
  notice: "lock",
  pointer: "lock",
  crisis: "care",
  moderators: "shield",
  apology: "away",
};

function button(post, one) {
  const look = one.look === "plain" ? "" : one.look;
  if (one.url) {
    return h("a", { class: `button ${look}`, href: one.url, rel: "noopener noreferrer nofollow" }, one.label);
  }
  const act = one.form ? { "data-act": "form", "aria-expanded": String(state.form?.post === post.id && state.form.kind === one.verb) } : { "data-act": "press" };
  return h("button", { type: "button", class: `button ${look}`, ...act, "data-post": post.id, "data-verb": one.verb }, one.label);
}

export function cardBody(post) {
  const card = post.card;
  const sign = SIGNS[card.kind];
  const actions = card.buttons.map((one) => button(post, one));
  const about = card.kind === "moderators" && [...state.threads.values()].find((one) => one.conversation === card.conversation);
  if (about) actions.push(h("a", { class: "button", href: `/t/${about.id}` }, say("open_thread")));
  return h("section", { class: `card ${card.kind}`, "aria-label": card.title || null, lang: card.language || null, dir: card.language ? card.direction : null },
    card.title && h("div", { class: "card-head" }, sign && icon(sign), h("h2", {}, card.title)),
    card.html && html(card.html, "md", !card.language),
    actions.length > 0 && h("div", { class: "actions", "data-key": "actions" }, actions),
    state.form?.post === post.id && formBody(),
    card.footer && h("p", { class: "footer" }, card.footer));
}

/** What is left of a card that somebody put away: a way back to it. */
export function putAwayLine(post) {
  const sign = SIGNS[post.card.kind] ?? "thread";
  return h("p", { class: "away-card" }, icon(sign), say("was_put_away", { title: post.card.title || say("a_card") }),
    h("button", { type: "button", class: "link", "data-act": "bring-back", "data-post": post.id }, say("show_again")));
}

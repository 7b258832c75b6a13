// The messages of a place: rows, the answer being written, and where the eye rests.

import { cardBody, putAwayLine } from "./cards.js";
import { $, announce, children, h, html, icon, morph } from "./dom.js";
import { formBody } from "./forms.js";
import { avatar } from "./sidebar.js";
import { channel, me, sortedPosts, state, thread } from "./store.js";
import { apart, locale, say } from "./words.js";

const TOGETHER_MS = 5 * 60_000;
let following = true;

function when(at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "short" };
  return date.toLocaleString(locale, { ...day, hour: "numeric", minute: "2-digit" });
}

function face(post) {
  if (post.author) return avatar({ id: post.author, name: post.name });
  return h("span", { class: "avatar bot", "aria-hidden": "true" }, icon("mark", "mark"));
}

function writing(post, stoppable) {
  return h("div", { class: "writing" },
    h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    h("span", { class: "sr" }, say("is_writing", { name: post.name })),
    stoppable && h("button", { type: "button", class: "button small", "data-act": "stop", "data-post": post.id }, icon("stop"), say("stop")));
}

function threadLink(post) {
  const one = state.threads.get(post.id);
  if (!one || state.place === post.id) return null;
  const said = say(one.ended ? "ended" : "open");
  return h("a", { class: "thread-link", href: `/t/${one.id}` },
    icon(one.ended ? "lock" : "thread"), h("span", { class: "title" }, apart(one.title)), h("span", { class: "state" }, said));
}

function note(name, text) {
  return h("p", { class: "row-note" }, icon(name), text);
}

function putAway(post) {
  return h("button", { type: "button", class: "link", "data-act": "put-away", "data-post": post.id }, say("put_away"));
}

/** What one can do with one's own message: a pencil and a bin, seen while the row is pointed at. */
function ownTools(post) {
  const here = state.threads.get(post.place) ?? state.threads.get(post.id);
  if (!post.message || post.author !== state.me || !here) return null;
  const about = { type: "button", class: "icon-button", "data-post": post.id, "data-place": post.place, "data-thread": here.id, "data-message": post.message };
  return h("div", { class: "row-tools", "data-key": "tools" },
    h("button", { ...about, "data-act": "edit", title: say("edit_and_branch"), "aria-label": say("edit_this") }, icon("pencil")),
    h("button", { ...about, "data-act": "delete", title: say("delete"), "aria-label": say("delete_this") }, icon("bin")));
}

/** Rows of the same person close together share one head. */
function continues(before, post) {
  return before && !post.card && !before.card && !post.only_you && !before.only_you
    && before.author === post.author && new Date(post.at) - new Date(before.at) < TOGETHER_MS
    && !state.threads.has(before.id);
}

export function row(post, before) {
  const lined = post.card?.kind === "line";
  const stoppable = me()?.moderator || thread()?.starter === state.me;
  const cont = continues(before, post);
  const kind = ["row", cont && "cont", lined && "lined", post.only_you && "alone"].filter(Boolean).join(" ");
  const head = h("div", { class: cont ? "sr" : "row-head" },
    h("span", { class: "name" }, post.name),
    !post.author && h("span", { class: "tag" }, say(post.card || post.only_you ? "automatic" : "assistant")),
    post.moderator && h("span", { class: "tag" }, say("moderator")),
    h("time", { datetime: post.at }, when(post.at)));
  const form = state.form?.post === post.id && !post.card;
  const body = h("div", { class: "row-body" },
    form && state.form.kind !== "delete" ? null : post.html && html(post.html),
    post.deleted && h("p", { class: "row-note gone" }, icon("bin"), say("deleted")),
    form && formBody(),
    post.edited && !post.deleted && !form && h("p", { class: "row-note" }, say("edited")),
    post.card && (post.hidden ? putAwayLine(post) : cardBody(post)),
    post.running && writing(post, stoppable),
    post.broken && note("away", say("interrupted")),
    post.unread && note("lock", say("not_read")),
    threadLink(post),
    post.only_you && h("p", { class: "row-note" }, `${say("only_you")} `, putAway(post)));
  return h("li", { "data-key": post.id, class: kind, "aria-busy": post.running ? "true" : null },
    lined ? null : cont ? h("span") : face(post),
    h("div", {}, lined ? null : head, body),
    !form && ownTools(post));
}

function empty() {
  if (!state.loaded || sortedPosts().length) return [];
  if (state.place === "moderators") {
    return [h("div", {}, icon("mark", "mark"), h("h2", {}, say("all_quiet")),
      h("p", {}, say("all_quiet_what")))];
  }
  if (thread()) {
    return [h("div", {}, icon("mark", "mark"), h("h2", {}, say("fresh_start")), h("p", {}, say("fresh_start_what")))];
  }
  if (!channel()) return []; // head and foot say that there is no such place
  const starters = [say("starter_what"), ...(state.offline ? ["show markdown", "slow"] : [say("starter_rainbow"), say("starter_weekend")])];
  return [h("div", {}, icon("mark", "mark"),
    h("h2", {}, say("say_hello")),
    h("p", {}, say("say_hello_what")),
    h("div", { class: "starters" }, starters.map((text) => h("button", { type: "button", "data-act": "starter" }, text))))];
}

export function showWhisper() {
  const post = [...state.posts.values()].find((one) => one.whisper);
  children($("whisper"), post ? [html(post.html, "md"), h("button", { type: "button", class: "icon-button", "data-act": "put-away", "data-post": post.id, "aria-label": say("put_this_away") }, icon("close"))] : []);
}

/** Everything of the place anew. */
export function showFeed({ jump = false } = {}) {
  if (jump) following = true;
  const posts = sortedPosts();
  showWhisper();
  const earlier = state.more ? [h("li", { "data-key": "earlier" }, h("button", { type: "button", class: "button small earlier", "data-act": "earlier" }, say("earlier")))] : [];
  children($("feed"), [...earlier, ...posts.map((post, at) => row(post, posts[at - 1]))]);
  children($("empty"), empty());
  $("feed").hidden = posts.length === 0;
  settle();
}

/** One row anew: what an answer being written needs twelve times a second. */
export function showPost(post) {
  const own = $("feed").querySelector(`[data-key="${CSS.escape(post.id)}"]`);
  const posts = sortedPosts();
  const at = posts.findIndex((one) => one.id === post.id);
  if (!own || at < 0) showFeed();
  else morph(own, row(post, posts[at - 1]));
  settle();
}

/** Stay at the end while the reader is there; otherwise leave them where they read. */
export function settle() {
  const scroll = $("scroll");
  if (following) scroll.scrollTop = scroll.scrollHeight;
  $("newest").hidden = following;
}

/** What is longer than the page, and for its reader alone, is read from its beginning. */
export function lead(post) {
  const own = $("feed").querySelector(`[data-key="${CSS.escape(post.id)}"]`);
  if (!post.only_you || !own || own.offsetHeight < $("scroll").clientHeight) return;
  following = false;
  own.scrollIntoView();
  settle();
}

export function follow() {
  following = true;
  settle();
}

export function watchScroll() {
  const scroll = $("scroll");
  let last = 0;
  scroll.addEventListener("scroll", () => {
    // Only going up is leaving: what grows below the reader does not move them away.
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48) following = true;
    else if (scroll.scrollTop < last) following = false;
    last = scroll.scrollTop;
    $("newest").hidden = following;
  }, { passive: true });
  new ResizeObserver(settle).observe(scroll);
}

/** Tell listeners about what is finished, never about single words. */
export function speak(post, before) {
  if (post.running || post.hidden || post.whisper || post.author === me()?.id) return;
  if (before && !before.running && before.card?.kind === post.card?.kind) return;
  const words = html((post.card ? `${post.card.title}. ${post.card.html}` : "") + post.html).textContent.trim();
  if (words) announce(`${post.name}: ${words.slice(0, 600)}`);
}

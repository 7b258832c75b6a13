// Where the page stands: it fetches what is there, hears what changes, and moves from place to place.

import { cancel, carry, draft, showComposer } from "./composer.js";
import { announce } from "./dom.js";
import { lead, showFeed, showPost, showWhisper, speak } from "./feed.js";
import { showHead } from "./head.js";
import { Away, Refusal, listen, read } from "./net.js";
import { drawer, drawerIsOpen, showPeople, showPlaces } from "./sidebar.js";
import { pathOf, state, take, thread } from "./store.js";
import { say } from "./words.js";

let visit = 0;
let waiting = [];
let opening = "";

/** A message in a channel opens a thread: the page goes there as soon as it exists. */
export function follows(id) {
  if (state.threads.has(id)) go(id);
  else opening = id;
}

function showAllParts(options = {}) {
  showPlaces();
  showHead();
  showComposer(options);
  showFeed(options);
}

/** Fetch what is there. Events that arrive meanwhile are put on top of it afterwards. */
async function load(options = {}) {
  const own = ++visit;
  waiting = [];
  try {
    const [known, here] = await Promise.all([
      read("/api/state"),
      read(`/api/place/${state.place}`).catch((error) => {
        if (error instanceof Refusal) return { posts: [], more: false, number: 0 };
        throw error;
      }),
    ]);
    if (own !== visit) return;
    take(known);
    const posts = here.origin ? [here.origin, ...here.posts] : here.posts;
    state.posts = new Map(posts.map((post) => [post.id, post]));
    state.more = here.more;
    state.loaded = true;
    state.connected = true;
    const missed = waiting.filter(([, , number]) => number > Math.min(known.number, here.number));
    waiting = null;
    missed.forEach(([kind, data]) => apply(kind, data));
    showPeople();
    showAllParts(options);
  } catch (error) {
    if (own !== visit) return;
    waiting = null;
    if (error instanceof Refusal && state.me !== "ann") {
      state.me = "ann"; // a person remembered from elsewhere, unknown here
      connect();
      return;
    }
    if (!(error instanceof Away)) throw error;
    away();
    setTimeout(() => own === visit && load(options), 2000);
  }
}

function hear(kind) {
  return (data, number) => (waiting ? waiting.push([kind, data, number]) : apply(kind, data, true));
}

function apply(kind, data, live = false) {
  if (kind === "thread") {
    const before = state.threads.get(data.id);
    state.threads.set(data.id, data);
    if (live) threadChanged(before, data);
    return;
  }
  // The message that a thread hangs on stands in the channel, and at the thread's beginning.
  if (data.place !== state.place && data.id !== thread()?.origin) {
    if (live && kind === "post" && !data.running && !data.edited && !data.deleted && data.author !== state.me) {
      state.unseen.add(data.place);
      showPlaces();
    }
    return;
  }
  const before = state.posts.get(data.id);
  if (kind === "gone") state.posts.delete(data.id);
  else state.posts.set(data.id, data);
  if (!live) return;
  if (kind === "gone" || !before) showFeed();
  else showPost(data);
  if (kind !== "post") return;
  if (!before) lead(data);
  speak(data, before);
}

function threadChanged(before, now) {
  if (now.id === opening) {
    opening = "";
    go(now.id);
    return;
  }
  showPlaces();
  if (state.place === now.channel) showFeed();
  if (state.place !== now.id) return;
  showHead();
  showComposer();
  showWhisper();
  if (before && before.ended !== now.ended) {
    announce(say(now.ended ? "now_ended" : "now_open"));
  }
}

function away() {
  state.connected = false;
  showHead();
}

export function connect() {
  listen({ hello: () => load(state.loaded ? {} : { jump: true, focus: true }), post: hear("post"), thread: hear("thread"), gone: hear("gone"), away });
}

/** Stand somewhere else. */
export function go(place, { push = true } = {}) {
  if (drawerIsOpen()) drawer(false);
  state.unseen.delete(place);
  cancel();
  state.form = null;
  state.place = place;
  state.posts = new Map();
  state.loaded = false;
  if (push) history.pushState(null, "", pathOf(place));
  showAllParts({ jump: true });
  return load({ jump: true, focus: true });
}

export function arrive(answer) {
  if (!answer.go) return false;
  const words = draft();
  if (thread()?.ended && words.text) carry(words.text, answer.go);
  go(answer.go);
  return true;
}

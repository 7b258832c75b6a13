// The page's beginning: it wires clicks and keys to what people do, and connects.

import { acts, send } from "./acts.js";
import { cancel, trouble, typed } from "./composer.js";
import { $ } from "./dom.js";
import { showPost, watchScroll } from "./feed.js";
import { closeForm, onFormChange, typedWords } from "./forms.js";
import { submitForm } from "./own.js";
import { drawer, drawerIsOpen } from "./sidebar.js";
import { memory, placeOf, state } from "./store.js";
import { connect, go } from "./visit.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act], .copy");
  if (button) {
    acts[button.dataset.act ?? "copy"](button);
    return;
  }
  const link = event.target.closest("a[href^='/c/'], a[href^='/t/']");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(placeOf(link.pathname));
});

$("people").addEventListener("change", (event) => {
  state.me = event.target.value;
  state.form = null;
  memory.set("me", state.me);
  cancel();
  trouble("");
  if (state.place === "moderators") go("general");
  connect();
});
document.addEventListener("submit", (event) => {
  if (event.target === $("composer")) send();
  else if (event.target.matches(".words")) submitForm();
  else return;
  event.preventDefault();
});
document.addEventListener("input", (event) => { if (event.target.id === "words") typedWords(event.target.value); });
$("text").addEventListener("input", typed);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "words") event.target.form.requestSubmit();
  if (event.key !== "Escape" || event.isComposing) return;
  if (drawerIsOpen()) acts.drawer();
  else if (event.target.closest?.(".words")) closeForm();
});
matchMedia("(min-width: 50.01rem)").addEventListener("change", () => drawer(false));
$("moderate").addEventListener("beforetoggle", (event) => { if (event.newState === "open") acts.look(); });
$("language").addEventListener("change", (event) => location.assign(`${location.pathname}?lang=${event.target.value}`));
window.addEventListener("popstate", () => go(placeOf(location.pathname), { push: false }));

state.me = new URLSearchParams(location.search).get("as") ?? memory.get("me") ?? "ann";
state.place = placeOf(location.pathname);
// The server has kept the choice: an address is passed on without it.
if (new URLSearchParams(location.search).has("lang")) history.replaceState(null, "", location.pathname);
watchScroll();
onFormChange((id) => state.posts.has(id) && showPost(state.posts.get(id)));
connect();

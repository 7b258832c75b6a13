"""The board: what is kept and what is shown, always together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.web import view
from adapters.web.hub import Hub
from adapters.web.state.ids import Ids
from adapters.web.state.places import PEOPLE, PLATFORM
from adapters.web.state.posts import Post, Posts
from adapters.web.state.threads import Thread, Threads
from bot.ports import Context
from bot.types import Person

if TYPE_CHECKING:
    from adapters.web.stream import Running

PAGE = 200


class Board:
    """Everything people can see, kept on the shelf and passed on to open pages. `running`: live replies."""

    def __init__(self, context: Context) -> None:
        self._desk = context.desk
        self.clock = context.clock
        self.assistant = context.config.assistant.name
        self.hub = Hub()
        self.posts = Posts(context.shelf, Ids(context.shelf, context.clock))
        self.threads = Threads(context.shelf)
        self.running: dict[str, Running] = {}
        self.locale = ""
        """The language of whoever opened the page last."""

    def read_in(self, locale: str) -> None:
        """Somebody has opened the page in this language."""
        self.locale = locale

    def now(self) -> str:
        """The time, as kept with a post."""
        return self.clock.now().isoformat(timespec="milliseconds")

    async def put(self, post: Post) -> None:
        """Keep a post, then show it."""
        await self.posts.put(post)
        self.show(post)

    def show(self, post: Post, *, running: bool = False) -> None:
        """Show a post as it is now, without keeping it."""
        seen: dict[tuple[bool, bool], dict[str, Any] | None] = {}

        def make(viewer: Person) -> dict[str, Any] | None:
            # Rendering is the costly part, and the same for all who see the same.
            which = (viewer.moderator, viewer.id in post.hidden)
            if post.to or which not in seen:
                seen[which] = view.post(post, viewer, self.assistant, running=running)
            return seen[which]

        self.hub.publish("post", f"{post.place}/{post.id}", make)

    def hide(self, post: Post) -> None:
        """Take a post from the pages."""
        self.hub.publish("gone", f"{post.place}/{post.id}", lambda _: {"place": post.place, "id": post.id})

    async def edit(self, place: str, id: str, change: Callable[[Post], Post]) -> Post | None:
        """Change a kept post, if it is there."""
        post = await self.posts.get(place, id)
        if post is not None:
            post = change(post)
            await self.put(post)
        return post

    async def show_thread(self, thread: Thread) -> None:
        """Show a thread's state as it is now, the hold included."""
        seen = view.thread(thread, await self._desk.find(thread.ref), self.clock.now())
        self.hub.publish("thread", thread.id, lambda _: seen)

    async def list_threads(self) -> list[dict[str, Any]]:
        """All threads with their states, newest first."""
        open_ones = {c.thread.thread: c for c in await self._desk.open_threads(PLATFORM)}
        now = self.clock.now()
        return [view.thread(kept, open_ones.get(kept.id), now) for kept in await self.threads.all()]

    async def place(self, viewer: Person, place: str, before: str = "") -> dict[str, Any]:
        """A place as one viewer sees it: the newest posts, or those before `before`."""
        number = self.hub.number
        kept = {post.id: post for post in await self.posts.all(place)}
        for reply in self.running.values():
            if reply.post.place == place:
                kept[reply.post.id] = reply.post
        newest = [post for _, post in sorted(kept.items()) if not before or post.id < before]
        shown = [self._see(post, viewer) for post in newest[-PAGE:]]
        return {
            "number": number,
            "posts": [post for post in shown if post],
            "more": len(newest) > PAGE,
        }

    async def see(self, viewer: Person, place: str, id: str) -> dict[str, Any] | None:
        """One post as one viewer sees it."""
        post = await self.posts.get(place, id)
        return self._see(post, viewer) if post else None

    def _see(self, post: Post, viewer: Person) -> dict[str, Any] | None:
        return view.post(post, viewer, self.assistant, running=post.id in self.running)

    async def hush(self, place: str, *people: Person) -> None:
        """Take away the line above the composer, of these people or of all."""
        for person in people or PEOPLE.values():
            own = await self.posts.claimed(place, f"{person.id}:whisper")
            post = await self.posts.get(place, own) if own else None
            if post:
                await self.posts.remove(post)
                self.hide(post)

    async def lock(self, id: str, reason: str, *, locked: bool) -> None:
        """Lock or unlock a thread; what somebody was told above the composer before is over."""
        thread = await self.threads.lock(id, reason, locked=locked)
        await self.hush(id)
        await self.show_thread(thread)

    async def tell_alone(self, person: Person, place: str, key: str, told: Post) -> None:
        """Show something to one person only. The same key is the same post."""
        own = await self.posts.claim(place, f"{person.id}:{key}")
        await self.put(replace(told, id=own, place=place, to=person.id, at=self.now()))

"""One example: a house on a file, the world around it, and everything that can be done to it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from bot.assistant import Assistant
from bot.cards import Verb
from bot.config import Config
from bot.config.model import EndingSection
from bot.engine.local import LocalEngine
from bot.errors import PlatformError
from bot.guard import Rules
from bot.ports import Press, Received
from bot.store import Store
from bot.store.schema import metadata
from bot.types import Incoming, Person, ThreadRef
from tests.proof import laws
from tests.proof.actors import Line, Minds, Place, WildDetector, WildModel, WildReviewer, Wire
from tests.proof.watch import Watch, Yes
from tests.proof.world import Life, StillDatabase, Weather, World, open_engine

PEOPLE = {
    "ann": Person("ann", "Ann"),
    "ben": Person("ben", "Ben"),
    "mo": Person("mo", "Mo", moderator=True),
}
DIRECT = "d1"
PATIENCE = 3_000
"""Timers that may go off before everything must be done."""


class ProofEngine(LocalEngine):
    """The real engine; a failure that is nobody's weather is a bug, however often it is tried again."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock)
        self._world = world

    def start(self, worker: Callable[[int], Awaitable[None]]) -> None:
        async def watched(conversation: int) -> None:
            try:
                await worker(conversation)
            except PlatformError:
                raise
            except Exception as error:
                self._world.blame(f"the engine met a bug: {error!r}")
                raise

        super().start(watched)


@cache
def template() -> Path:
    """An empty database, made once."""
    path = Path(tempfile.mkdtemp(prefix="adieu-proof-")) / "empty.db"
    engine = open_engine(str(path))
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()
    return path


class Proof:
    """The real core and the real store, one life after another."""

    def __init__(
        self, *, redirections: int = 2, breaker: int = 50, mode: str = "on", habit: tuple[Line, ...]
    ) -> None:
        self.world = World()
        self.loop = self.world.loop
        self.place = Place(world=self.world)
        self.minds = Minds(self.world, habit)
        section = {"mode": mode, "redirections": redirections, "breaker_per_hour": breaker}
        self.config = Config(ending=EndingSection.model_validate(section))
        rules = Rules(redirections=redirections)
        self.watch = Watch(self.world, self.place, self.minds, rules)
        self.minds.may_ask = self.watch.may_ask
        self.place.seen = self.watch.seen_by_people
        self.accepted: laws.Accepted = {}
        self.sent: list[Incoming] = []
        self.threads: list[str] = ["t1", "t2", DIRECT]
        self.opened: set[str] = set()
        self.count = 0
        self.examined = -1
        self.lives = 0
        self.folder = Path(tempfile.mkdtemp(prefix="adieu-proof-"))
        shutil.copy(template(), self.folder / "adieu.db")
        self.engines: list[Engine] = []
        self._begin()

    # A life begins and ends.

    def _begin(self) -> None:
        self.life = Life(self.world)
        engine = open_engine(str(self.folder / "adieu.db"))
        self.engines.append(engine)
        self.lives += 1
        in_order = self.lives % 2 == 1
        store = Store(StillDatabase(engine, self.life, self.watch.after, in_order=in_order))
        self.engine = ProofEngine(self.world)
        self.assistant = Assistant(
            self.config,
            store,
            WildModel(self.life, self.minds),
            WildReviewer(self.life, self.minds),
            WildDetector(self.life, self.minds),
            self.engine,
            self.world.clock,
        )
        self.assistant.adapters["fake"] = Wire(self.life, self.place)
        self.loop.do(self.assistant.resume())

    def crash(self) -> None:
        """The process dies now; a new one begins on the same rows and the same platform."""
        self.life.dead = True
        self.world.gates.clear()
        self.loop.bury()
        self.engines.pop().dispose()
        self.minds.running.clear()
        self.place.fail.clear()
        self._begin()

    def stop_and_start(self) -> None:
        """A calm restart: what runs is parked."""
        self.world.fine, fine = True, self.world.fine
        task = self.loop.do(self.assistant.close(grace=5))
        self.loop.advance(10)
        self.world.fine = fine
        if not task.done() and not self.life.dead:
            self.world.blame("the engine does not close")
        self.crash()

    def do(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        task = self.loop.do(work)
        task.add_done_callback(self._heed)
        return task

    def _heed(self, task: asyncio.Task[object]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception):
            self.world.blame(f"raised to the platform: {error!r}")

    # What people do.

    def ref(self, thread: str) -> ThreadRef:
        if thread == DIRECT:
            return ThreadRef("fake", "", DIRECT, DIRECT)
        return ThreadRef("fake", "harbour", "general", thread)

    def say(self, who: str, thread: str, text: str, *, addressed: bool) -> None:
        self.count += 1
        opens = thread not in self.opened
        self.opened.add(thread)
        direct = thread == DIRECT
        place = "general" if opens and not direct else thread
        message_id = thread if opens and not direct else f"m{self.count}"
        incoming = Incoming(
            self.ref(thread),
            place,
            message_id,
            PEOPLE[who],
            text,
            self.world.clock.now(),
            addressed or opens,
            opens or direct,
        )
        self.sent.append(incoming)
        self.deliver(len(self.sent) - 1)

    def deliver(self, which: int) -> None:
        """Deliver a message, for the first time or again."""
        if self.sent:
            incoming = self.sent[which % len(self.sent)]
            self.do(self._deliver(incoming))

    async def _deliver(self, incoming: Incoming) -> None:
        if await self.assistant.receive(incoming) is Received.TAKEN:
            self.accepted[incoming.place, incoming.message_id] = incoming.text

    def press(self, who: str, verb: Verb, which: int) -> None:
        """A press on any control of this kind that was ever live, the newest first."""
        found = [
            post
            for post in reversed(self.place.posts.values())
            if post.card is not None and any(button.verb is verb for button in post.card.buttons)
        ]
        if not found:
            return
        post = found[which % len(found)]
        assert post.card is not None
        self._press(who, verb, post.card.conversation, post.card.nonce, post.thread, post.id)

    def press_stale(self, who: str, verb: Verb, conversation: int, nonce: str) -> None:
        self._press(who, verb, conversation, nonce, "t1", "")

    def _press(
        self, who: str, verb: Verb, conversation: int, nonce: str, thread: str, message_id: str
    ) -> None:
        self.count += 1
        if verb in {Verb.END, Verb.KEEP}:
            self.watch.presses.append(Yes(who if verb is Verb.END else f"keep {who}", nonce))
        press = Press(f"i{self.count}", verb, conversation, nonce, PEOPLE[who], self.ref(thread), message_id)
        self.do(self._pressed(press))

    async def _pressed(self, press: Press) -> None:
        said = await self.assistant.press(press)
        self._went(said.go_to)

    def ask(self, who: str, thread: str) -> None:
        self.count += 1
        self.do(self.assistant.ask_to_end(self.ref(thread), PEOPLE[who], id=f"i{self.count}"))

    def begin(self, who: str, thread: str) -> None:
        self.count += 1
        self.do(self._begun(self.ref(thread), who, f"i{self.count}"))

    async def _begun(self, ref: ThreadRef, who: str, id: str) -> None:
        said = await self.assistant.begin(ref, PEOPLE[who], id=id)
        self._went(said.go_to)

    def branch(self, who: str, conversation: int, which: int) -> None:
        self.count += 1
        self.do(self._branched(who, conversation, which, f"i{self.count}", f"unique {self.count} branch"))

    async def _branched(self, who: str, conversation: int, which: int, id: str, text: str) -> None:
        own = await self.assistant.own_messages(conversation, PEOPLE[who])
        if own:
            number = own[which % len(own)].number
            said = await self.assistant.branch(conversation, PEOPLE[who], number, text, id=id)
            self._went(said.go_to)

    def complain_of(self, who: str, thread: str, *, appeal: bool) -> None:
        self.count += 1
        self.do(self._complained(who, self.ref(thread), f"i{self.count}", appeal=appeal))

    async def _complained(self, who: str, ref: ThreadRef, id: str, *, appeal: bool) -> None:
        here = await self.assistant.find(ref)
        if here is not None and appeal:
            await self.assistant.appeal(here.id, PEOPLE[who], "unique opinion", id=id)
        elif here is not None:
            await self.assistant.feedback(here.id, PEOPLE[who], "unique opinion", wrong=True, id=id)

    def erase(self) -> None:
        """The workspace throws us out: what is on its way to the record arrives first, nothing after it."""
        self.world.open_all()
        self.world.weather["write"].clear()
        self.loop.still()
        gone = self.do(self.assistant.erase("fake", "harbour"))
        if self.life.dead or not gone.done():
            return
        theirs = [item for item in self.sent if item.thread.workspace]
        self.sent = [item for item in self.sent if not item.thread.workspace]
        self.watch.erased |= {item.text for item in theirs if item.text.startswith("unique")}
        self.accepted = {key: text for key, text in self.accepted.items() if key[0] == DIRECT}

    def _went(self, key: str) -> None:
        thread = key.rpartition("/")[2]
        if thread and thread not in self.threads and len(self.threads) < 6:
            self.threads.append(thread)
            self.opened.add(thread)

    def hand(self, what: str, thread: str) -> None:
        """Somebody with the right to does something to the thread on the platform itself."""
        if thread not in self.opened or (thread == DIRECT and what != "delete"):
            return
        ref = self.ref(thread)
        if what == "delete":
            self.place.gone.add(thread)
            self.watch.by_hand.add(ref.key)
            self.do(self.assistant.gone(ref, by="mo"))
        elif what == "lock" and thread not in self.place.locked:
            self.place.locked.add(thread)
            self.watch.by_hand.add(ref.key)
            self.do(self.assistant.locked(ref, by="mo"))
        elif what == "unlock" and thread in self.place.locked:
            self.place.locked.discard(thread)
            self.watch.by_hand.add(ref.key)
            self.do(self.assistant.unlocked(ref, by="Mo"))

    def change(self, which: int, *, delete: bool) -> None:
        if not self.sent:
            return
        item = self.sent[which % len(self.sent)]
        if delete:
            self.do(self._delete(item))
        else:
            self.do(self.assistant.edited(item.thread, item.place, item.message_id, f"edited {self.count}"))

    async def _delete(self, item: Incoming) -> None:
        await self.assistant.deleted(item.thread, item.place, item.message_id)
        if item.text.startswith("unique") and (item.place, item.message_id) in self.accepted:
            self.world.deleted.add(item.text)

    # The end of an example.

    def after_step(self) -> None:
        """Come to rest, rise again where the process died, and examine everything."""
        self.loop.still()
        if self.life.dead:
            self.crash()
        if self.world.writes != self.examined:
            self.examined = self.world.writes
            with self.engines[-1].begin() as connection:
                laws.at_rest(connection, self.watch, self.accepted)
        self.complain()

    def complain(self) -> None:
        wrong = [*self.world.wrong, *self.loop.failures]
        assert not wrong, "\n".join(wrong)

    def settle(self) -> None:
        """Nothing fails any more: everything must come to its end."""
        self.world.fine = True
        self.world.weather.clear()
        self.life.left = -1
        for _ in range(PATIENCE):
            self.world.open_all()
            self.loop.still()
            due = self.loop.next_timer()
            if due is None:
                break
            self.loop.advance(due - self.loop.virtual)
        else:
            self.world.blame(f"liveness: still waiting for {[str(t) for t in asyncio.all_tasks(self.loop)]}")
        if self.life.dead:
            self.crash()
        with self.engines[-1].begin() as connection:
            laws.at_rest(connection, self.watch, self.accepted)
            laws.when_idle(connection, self.watch, self.accepted)
        self.world.fine = False
        self.complain()

    def close(self) -> None:
        self.life.dead = True
        self.world.gates.clear()
        self.loop.bury()
        self.engines.pop().dispose()
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)


__all__ = ["DIRECT", "PEOPLE", "Proof", "Weather"]

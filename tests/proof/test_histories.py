"""Every history is valid: after branch, reopening, deletion, refusal and cut stream, at every cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.cards import Verb
from bot.errors import ModelError, Overflow
from bot.store.schema import conversation, message
from bot.types import (
    BadCall,
    Category,
    EndConversation,
    Exchanged,
    Next,
    Prompt,
    Reason,
    Response,
    Restart,
    WarnUser,
)
from tests.proof.actors import Line
from tests.proof.proof import PEOPLE, Proof
from tests.proof.world import Weather

CALL = EndConversation("", Reason.ABUSE)
TURNS: dict[str, tuple[Line, ...]] = {
    "answered": (("Well.",),),
    "without a word": (("",),),
    "white space": ((" \n",),),
    "refused": (("Well, ", Next.REFUSED),),
    "cut short": (("Well, ", Next.CUT),),
    "cut in a call": (("Well, ", CALL, Next.CUT),),
    "context full": (("Well, ", Next.OVERFLOW), ("a summary",)),
    "too long for the model": ((Overflow,), ("ok",), ("Well.",)),
    "stream broken": (("Well, ", ModelError),),
    "begun anew": (("Well, ", Restart(), "Well."),),
    "a call denied": (("Well.", CALL), ("I go on.",)),
    "a call denied without a word": ((CALL,), (" ",)),
    "two calls": ((CALL, WarnUser("", Category.ABUSE)), ("I go on.",)),
    "no such tool": ((BadCall("", "ban_user", "there is no such tool"),), ("I go on.",)),
    "a question asked": (("Sure.", EndConversation("", Reason.USER_REQUEST)),),
    "a question and nothing else": ((EndConversation("", Reason.USER_REQUEST),),),
}  # fmt: skip
"""What the requests of one turn meet."""
HAPPENINGS = (
    "stopped",
    "deleted",
    "all deleted",
    "edited",
    "crash",
    "ended and reopened",
    "two at once",
    "empty",
)


@contextmanager
def playing() -> Iterator[Proof]:
    game = Proof(redirections=2, habit=(("ok",),))
    try:
        yield game
    finally:
        game.close()


def say(game: Proof, text: str, who: str = "ann") -> None:
    game.say(who, "t1", text, addressed=True)
    game.loop.still()


def stopped(game: Proof) -> None:
    game.minds.lines.append(("Half of ", Weather.LATE, "it."))
    say(game, "unique, to be stopped")
    game.do(game.assistant.stop(game.ref("t1"), game.sent[0].author))


def ended_and_reopened(game: Proof) -> None:
    game.ask("ann", "t1")
    game.press("ann", Verb.END, 0)
    game.do(game.assistant.reopen(game.ref("t1"), PEOPLE["mo"]))


def two_at_once(game: Proof) -> None:
    game.minds.lines.append((Weather.LATE, "Both."))
    say(game, "unique, the first")
    say(game, "unique, the second", "ben")
    game.world.open_all()


def all_deleted(game: Proof) -> None:
    for which in range(len(game.sent)):
        game.change(which, delete=True)


DO: dict[str, Callable[[Proof], None]] = {
    "stopped": stopped,
    "deleted": lambda game: game.change(-1, delete=True),
    "all deleted": all_deleted,
    "edited": lambda game: game.change(-1, delete=False),
    "crash": lambda game: game.crash(),
    "ended and reopened": ended_and_reopened,
    "two at once": two_at_once,
    "empty": lambda game: say(game, " "),
}


def happen(game: Proof, what: str) -> None:
    """One turn, or something that changes the history."""
    if what in TURNS:
        game.minds.lines.extend(TURNS[what])
        say(game, f"unique {game.count}")
    else:
        DO[what](game)
    game.loop.advance(120)
    game.minds.lines.clear()


def branch_everywhere(game: Proof) -> int:
    """Go on from each message that there is; how many there were."""
    with game.engines[-1].begin() as c:
        rows = c.execute(select(message.c.number, message.c.author_id, message.c.conversation_id)).all()
    for row in rows:
        game.count += 1
        person = next(item.author for item in game.sent if item.author.id == row.author_id)
        text = f"unique {game.count}, but better"
        made = game.assistant.branch(row.conversation_id, person, row.number, text, id=f"b{game.count}")
        game.do(made)
        game.loop.advance(120)
    return len(rows)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from((*TURNS, *HAPPENINGS)), min_size=1, max_size=7))
def test_every_history_at_every_cut_is_accepted_by_the_rules_of_the_api(happenings: list[str]) -> None:
    """E34, I6: each request is held against the double's 400 rules, in the thread and in each branch."""
    with playing() as game:
        say(game, "unique, the first")
        for what in happenings:
            happen(game, what)
        before = game.minds.requests
        cuts = branch_everywhere(game)
        with game.engines[-1].begin() as c:
            made = len(c.execute(select(conversation)).all()) - 1
        assert game.minds.requests >= before + made
        assert made <= cuts
        say(game, "unique, and on")
        game.settle()


@pytest.mark.parametrize("what", [*TURNS, *HAPPENINGS])
def test_each_kind_of_turn_alone_leaves_a_history_that_can_go_on(what: str) -> None:
    """E26, E34, E36, I6."""
    with playing() as game:
        say(game, "unique, the first")
        happen(game, what)
        asked = game.minds.requests
        say(game, "unique, and on")
        game.loop.advance(120)
        assert game.minds.requests > asked
        branch_everywhere(game)
        game.settle()


def test_a_history_that_the_api_would_refuse_is_seen() -> None:
    """I6: a result in the assistant's own mouth."""
    with playing() as game:
        game.loop.do(_asked(game, Prompt("claude-opus-5-5", "You are adieu.", "hello")))
        assert refused(game) == []
        content = [{"type": "tool_result", "tool_use_id": "c1", "content": "done"}]
        step = Exchanged(Response("", Next.CALLS, content=content), ())
        game.loop.do(_asked(game, Prompt("claude-opus-5-5", "You are adieu.", "hello", steps=(step,))))
        assert len(refused(game)) == 1


def refused(game: Proof) -> list[str]:
    return [what for what in game.world.wrong if what.startswith("I6: ")]


async def _asked(game: Proof, prompt: Prompt) -> None:
    async for _ in game.assistant._parts.model.stream(prompt):
        pass

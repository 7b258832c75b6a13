"""What must be true whenever everybody rests, and once all trouble is over."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.cards import Kind
from bot.store.objects import load_confirming, load_warned
from bot.store.rows import WAITING
from bot.store.schema import conversation, ending, feedback, message, metadata, participant, turn
from bot.types import Reason, Standing, State, Step
from tests.proof.actors import Place
from tests.proof.replay import differences
from tests.proof.watch import Watch

FINISHED = {"done", "stopped", "refused", "blocked", "failed", "withdrawn"}
Accepted = dict[tuple[str, str], str]
"""Messages that we have taken, by place and id, and what they said."""


def at_rest(c: Connection, watch: Watch, accepted: Accepted) -> None:
    """Every law that holds at any moment."""
    _no_message_lost(c, watch, accepted)
    _one_answer(c, watch)
    _once(c, watch)
    _ended_is_shown(c, watch)
    _replayed(c, watch)
    _reminders(watch)
    _erased(c, watch)


def when_idle(c: Connection, watch: Watch, accepted: Accepted) -> None:
    """Liveness: all trouble is over, so everything is done."""
    for row in c.execute(select(conversation)):
        where = f"conversation {row.id} ({row.state})"
        if row.active_turn is not None:
            watch.world.blame(f"liveness: {where} still has turn {row.active_turn}")
        if row.state == State.ENDING.value:
            watch.world.blame(f"liveness: {where} never finished")
        waits = c.execute(
            select(message.c.number).where(message.c.conversation_id == row.id, WAITING)
        ).first()
        if waits and row.state == State.ACTIVE.value:
            watch.world.blame(f"liveness: {where} leaves message {waits.number} waiting")
        thread = row.thread
        by_hand = f"fake/{row.workspace}/{row.channel}/{thread}" in watch.by_hand
        locked = thread in watch.place.locked and row.opened
        if row.state == State.ACTIVE.value and locked and not by_hand:
            watch.world.blame(f"E36: {where} goes on in a thread that we have locked")
    left = c.execute(select(ending.c.id).where(ending.c.step != Step.TOLD.value)).all()
    if left:
        watch.world.blame(f"liveness: endings {left} never finished")
    if c.execute(select(feedback.c.id).where(feedback.c.told.is_(False))).first():
        watch.world.blame("E35: the moderators never heard what somebody says of an ending")
    for post in watch.place.posts.values():
        if post.working and post.thread not in watch.place.gone:
            watch.world.blame(f"liveness: reply {post.id} still has its Stop button")
    _forgotten(c, watch)


def _forgotten(c: Connection, watch: Watch) -> None:
    """A deleted message's text is nowhere (our texts are unique)."""
    for text in watch.world.deleted:
        for row in c.execute(select(turn.c.id, turn.c.input)):
            if text in row.input:
                watch.world.blame(f"the text of a deleted message stands in turn {row.id}")
        for text_ in c.execute(select(message.c.text)).scalars():
            if text in text_:
                watch.world.blame("the text of a deleted message stands in its row")


def _erased(c: Connection, watch: Watch) -> None:
    """I8: no row belongs to a conversation that is gone, and none holds a word that was written there."""
    there = set(c.execute(select(conversation.c.id)).scalars())
    for table in metadata.sorted_tables:
        rows = c.execute(select(table)).all()
        if "conversation_id" in table.c:
            lost = {row.conversation_id for row in rows} - there - {None}
            if lost:
                watch.world.blame(f"I8: {table.name} still has rows of the erased conversations {lost}")
        for row in rows:
            if any(text in value for value in row if isinstance(value, str) for text in watch.erased):
                watch.world.blame(f"I8: {table.name} still has words that were erased")


def _no_message_lost(c: Connection, watch: Watch, accepted: Accepted) -> None:
    turns = {row.id: row for row in c.execute(select(turn))}
    active = {row.active_turn: row.id for row in c.execute(select(conversation))}
    kept: dict[tuple[str, str], Row[Any]] = {}
    for row in c.execute(select(message)):
        kept[row.place, row.message_id] = row
        if row.turn_id is None:
            continue
        mine = turns[row.turn_id]
        if mine.state not in FINISHED and row.turn_id not in active:
            watch.world.blame(f"lost: message {row.number} in turn {row.turn_id}, which nobody runs")
        if mine.state in FINISHED and row.turn_id in active:
            watch.world.blame(f"turn {row.turn_id} is finished and active")
    # What still waited when its conversation ended is read for a crisis and then forgotten (E19).
    closed = bool(watch.ended)
    for key in accepted:
        if key not in kept and not closed:
            watch.world.blame(f"lost: {key} was taken and is not there")


def _one_answer(c: Connection, watch: Watch) -> None:
    """No message is part of two finished turns."""
    query = select(message.c.number, message.c.turn_id).join(turn, turn.c.id == message.c.turn_id)
    for row in c.execute(query.where(turn.c.state.in_(("done", "refused", "stopped")))):
        if watch.answered.setdefault(row.number, row.turn_id) != row.turn_id:
            watch.world.blame(f"message {row.number} was answered twice")


def _once(c: Connection, watch: Watch) -> None:
    """I4, E35: one ending per version, one notice and one case per ending, and what is said of it once."""
    place = watch.place
    notices = Counter(
        (post.thread, post.card.nonce)
        for post in place.posts.values()
        if post.card is not None and post.card.kind is Kind.NOTICE
    )
    told = Counter(
        card.nonce for card in place.told if card.kind is Kind.MODERATORS and not card.nonce.startswith("f")
    )
    for name, counts in (("notices", notices), ("cases", told)):
        if any(count > 1 for key, count in counts.items() if key != "breaker"):
            watch.world.blame(f"I4: several {name} of one ending {counts}")
    said = Counter(f"f{of}" for of in c.execute(select(feedback.c.conversation_id)).scalars())
    heard = Counter(card.nonce for card in place.told if card.nonce in said)
    if heard - said:
        watch.world.blame(f"E35: the moderators heard more often of {[*(heard - said)]} than was said")
    versions = Counter((row.conversation_id, row.version) for row in c.execute(select(ending)))
    if versions and max(versions.values()) > 1:
        watch.world.blame("I4: two endings of one version")


def _ended_is_shown(c: Connection, watch: Watch) -> None:
    """I5."""
    for row in c.execute(select(conversation).where(conversation.c.state == State.ENDED.value)):
        last = c.execute(
            select(ending)
            .where(ending.c.conversation_id == row.id, ending.c.out.is_(False))
            .order_by(ending.c.id.desc())
            .limit(1)
        ).one()
        if last.step != Step.TOLD.value:
            watch.world.blame(f"I5: conversation {row.id} is ended, its ending is not")
        if not (last.notice or last.degraded):
            watch.world.blame(f"I5: conversation {row.id} ended without a notice")
        key = f"fake/{row.workspace}/{row.channel}/{row.thread}"
        if not (row.thread in watch.place.locked or last.degraded or key in watch.by_hand):
            watch.world.blame(f"I5: conversation {row.id} ended and is not locked")


def _replayed(c: Connection, watch: Watch) -> None:
    """I9: the audit log alone gives the states and standings."""
    for difference in differences(c):
        watch.world.blame(f"I9: {difference}")
    states = {row.id: row.state for row in c.execute(select(conversation.c.id, conversation.c.state))}
    for row in c.execute(select(participant)):
        _consistent(row, watch, living=states[row.conversation_id] == State.ACTIVE.value)


def _consistent(row: Row[Any], watch: Watch, *, living: bool) -> None:
    """A standing says what the row holds; after an end a question is kept until its card is closed."""
    asked = load_confirming(row.confirming) is not None
    left = not living or row.standing == Standing.OUT.value
    if asked != (row.standing == Standing.CONFIRMING.value) and not (asked and left):
        watch.world.blame(f"{row.person_id} is {row.standing} with confirming={row.confirming}")
    if row.standing == Standing.WARNED.value and load_warned(row.warned) is None:
        watch.world.blame(f"{row.person_id} is warned without a warning")


def _reminders(watch: Watch) -> None:
    """E32, E17: never spam."""
    newest: dict[tuple[Any, ...], float] = {}
    pointed: set[tuple[Any, ...]] = set()
    for each in watch.place.reminded:
        whom = each.life, each.thread, each.end, each.person
        if whom in newest and each.at - newest[whom] < 1800:
            watch.world.blame(f"E32: {each.person} was reminded twice within half an hour")
        if each.card and whom in pointed:
            watch.world.blame(f"E32: {each.person} was shown the pointer twice")
        if not each.card and whom not in newest and each.life == watch.place.reminded[0].life:
            watch.world.blame(f"E32: {each.person} was reminded without ever having been told where to go on")
        newest[whom] = each.at
        pointed |= {whom} if each.card else set()
    shown: dict[str, float] = {}
    for thread, at in watch.place.crisis:
        if thread in shown and at - shown[thread] < 7200:
            watch.world.blame(f"E17: the card was shown twice within two hours in {thread}")
        shown[thread] = at


__all__ = ["Accepted", "Place", "Reason", "at_rest", "when_idle"]

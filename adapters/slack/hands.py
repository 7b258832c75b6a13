"""Presses, commands and shortcuts: acted on by the desk, answered to the person alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog

from adapters.slack import forms
from adapters.slack.answers import Answers
from adapters.slack.calls import Calls
from adapters.slack.cards import STILL, pressed, without_controls
from adapters.slack.events import PLATFORM, Body, is_direct, workspace_of
from adapters.slack.failures import Refused, Unanswered
from adapters.slack.manifest import BRANCH, END
from adapters.slack.people import People
from adapters.slack.posts import Posts
from bot import texts
from bot.cards import NEEDS_WORDS, Said, Verb
from bot.ports import Clock, Desk, Press
from bot.texts import pages
from bot.types import Message, Mode, Person, ThreadRef

log = structlog.get_logger(__name__)


class Hands:
    """Hands presses and commands to the desk. Whatever goes wrong becomes one calm sentence."""

    def __init__(self, desk: Desk, people: People, answers: Answers, posts: Posts, clock: Clock) -> None:
        self._desk = desk
        self._people = people
        self._answers = answers
        self._posts = posts
        self._calls: Calls = posts.calls
        self._clock = clock

    async def action(self, body: Body) -> None:
        """A button was pressed."""
        action: dict[str, Any] = (body.get("actions") or [{}])[0]
        if action.get("url"):
            return  # a link: the browser has done it already
        thread, person, url = self._place(body)
        verb, conversation, nonce = pressed(action)
        reader = await self._people.reader(thread.workspace, person)
        try:
            if verb is None:
                said = Said(texts.old_control(reader))
            elif verb in NEEDS_WORDS:
                said = await self._ask(body, thread, verb, conversation, reader)
            else:
                said = await self._press(body, action, thread, verb, conversation, nonce)
        except Exception:
            log.exception("press failed", thread=thread.key)
            said = Said(texts.sorry(reader))
        await self._answers.say(_seen(body, thread), person, said, url)

    async def shortcut(self, body: Body) -> None:
        """A shortcut was used on a message."""
        thread, person, url = self._place(body)
        reader = await self._people.reader(thread.workspace, person)
        try:
            match body.get("callback_id"):
                case str() as used if used == END:
                    who = await self._people.person(thread.workspace, person, pressing=True)
                    number = f"{person}-{body.get('action_ts') or body.get('trigger_id')}"
                    said = await self._desk.ask_to_end(thread, who, id=number)
                case str() as used if used == BRANCH:
                    said = await self._branch_from(body, thread, reader)
                case _:
                    said = Said(texts.old_control(reader))
        except Exception:
            log.exception("shortcut failed", thread=thread.key)
            said = Said(texts.sorry(reader))
        await self._answers.say(_seen(body, thread), person, said, url)

    async def form(self, body: Body) -> None:
        """A form was sent."""
        filled = forms.filled(body)
        if filled is None:
            return
        form, user = filled.form, str((body.get("user") or {}).get("id") or "")
        number = f"{user}-{(body.get('view') or {}).get('id')}"
        try:
            person = await self._people.person(form.workspace, user, pressing=True)
            match Verb(form.verb):
                case Verb.BRANCH:
                    said = await self._desk.branch(
                        form.conversation, person, form.number, filled.words, id=number
                    )
                case Verb.APPEAL:
                    said = await self._desk.appeal(form.conversation, person, filled.words, id=number)
                case _:
                    said = await self._desk.feedback(
                        form.conversation, person, filled.words, wrong=True, id=number
                    )
        except Exception:
            log.exception("form failed", thread=form.place.key)
            said = Said(texts.sorry(await self._people.reader(form.workspace, user)))
        reader = await self._people.reader(form.workspace, user)
        await self._answers.say(form.place, user, texts.said_back(said, filled.words, reader))

    async def command(self, body: Body) -> None:
        """`/adieu` was typed."""
        workspace, channel = workspace_of(body), str(body.get("channel_id") or "")
        place = ThreadRef(PLATFORM, workspace, channel, channel)
        person = str(body.get("user_id") or "")
        reader = await self._people.reader(workspace, person)
        try:
            match str(body.get("text") or "").casefold().split():
                case [] | ["help"]:
                    said = Said(texts.help_text(PLATFORM, reader, held=await self._held(place, person)))
                case ["privacy"]:
                    said = Said(texts.privacy_text(PLATFORM, reader))
                case ["mode"]:
                    now = await self._desk.mode(place)
                    said = Said(texts.mode_now(reader, mode=now.value))
                case ["mode", wanted] if wanted in set(Mode):
                    # Slack has no right to be set for it: whoever administers the workspace may.
                    who = await self._people.administrator(workspace, person)
                    said = await self._desk.set_mode(place, who, Mode(wanted))
                case ["new"]:
                    who = await self._people.person(workspace, person)
                    number, alone = str(body.get("trigger_id") or ""), is_direct({"channel": channel})
                    said = await self._desk.begin(place, who, id=number, private=alone)
                case _:
                    said = Said(texts.unknown_command(reader))
        except Exception:
            log.exception("command failed", channel=channel)
            said = Said(texts.sorry(reader))
        await self._answers.say(place, person, said, str(body.get("response_url") or ""))

    async def _held(self, place: ThreadRef, person: str) -> bool:
        """Whether a chat of theirs in this channel is held (E16): a command does not tell its thread."""
        now = self._clock.now()
        mine = await self._desk.mine(PLATFORM, place.workspace, person)
        return any(chat.held(now) for chat in mine if chat.thread.channel == place.channel)

    async def _ask(
        self,
        body: Body,
        thread: ThreadRef,
        verb: Verb,
        conversation: int,
        reader: Person,
        number: int = 0,
    ) -> Said:
        """Open the form for what needs words; Slack gives three seconds for it."""
        own: tuple[Message, ...] = ()
        if verb is Verb.BRANCH:
            own = await self._desk.own_messages(conversation, reader)
            if not own or (number and all(one.number != number for one in own)):
                return Said(pages.nothing_of_yours(reader))
        seen = _seen(body, thread)
        form = forms.Form(verb.value, conversation, seen.workspace, seen.channel, seen.thread, number)
        await self._calls.ask(
            thread.workspace,
            "views.open",
            patient=False,
            trigger_id=body.get("trigger_id"),
            view=forms.view(form, own, reader),
        )
        return Said("")

    async def _branch_from(self, body: Body, thread: ThreadRef, reader: Person) -> Said:
        """E34: from the message that the shortcut was used on, if it is the person's own."""
        here = await self._desk.find(thread)
        if here is None:
            return Said(pages.nothing_of_yours(reader))
        message = str((body.get("message") or {}).get("ts") or "")
        for one in await self._desk.own_messages(here.id, reader):
            if one.message_id == message:
                return await self._ask(body, thread, Verb.BRANCH, here.id, reader, one.number)
        return Said(pages.nothing_of_yours(reader))

    async def _press(
        self, body: Body, action: dict[str, Any], thread: ThreadRef, verb: Verb, conversation: int, nonce: str
    ) -> Said:
        message = str(
            (body.get("container") or {}).get("message_ts") or (body.get("message") or {}).get("ts") or ""
        )
        user = str((body.get("user") or {}).get("id") or "")
        person = await self._people.person(thread.workspace, user, pressing=True)
        press = Press(
            id=f"{user}-{action.get('action_ts') or body.get('trigger_id')}",
            verb=verb,
            conversation=conversation,
            nonce=nonce,
            person=person,
            thread=thread,
            message_id=message,
        )
        said = await self._desk.press(press)
        if said.done and message and verb is not Verb.STOP:
            await self._use_up(thread, message, str(action.get("value") or ""))
        return said

    async def _use_up(self, thread: ThreadRef, message: str, value: str) -> None:
        """Take the answered question's controls away, unless the desk has replaced them already."""
        inside = thread.thread if thread.thread != thread.channel else ""
        try:
            now = await self._posts.read((thread.workspace, thread.channel, inside), message)
            blocks = (now or {}).get("blocks") or []
            left = without_controls(blocks, value)
            if now and left != blocks:
                await self._calls.ask(
                    thread.workspace,
                    "chat.update",
                    channel=thread.channel,
                    ts=message,
                    text=now.get("text") or "…",
                    blocks=left,
                    **STILL,
                )
        except (Refused, Unanswered) as error:
            log.info("controls left in place", message=message, error=str(error))

    def _place(self, body: Body) -> tuple[ThreadRef, str, str]:
        """Where it happened, who did it, and where to answer."""
        container, message = body.get("container") or {}, body.get("message") or {}
        channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        ts = str(message.get("ts") or container.get("message_ts") or "")
        root = str(message.get("thread_ts") or container.get("thread_ts") or ts or channel)
        person = str((body.get("user") or {}).get("id") or "")
        return (
            ThreadRef(PLATFORM, workspace_of(body), channel, root),
            person,
            str(body.get("response_url") or ""),
        )


def _seen(body: Body, thread: ThreadRef) -> ThreadRef:
    """Where somebody can be told something alone: the thread, if the message is in one or has replies.

    Slack shows nobody an ephemeral message in a thread that does not exist.
    """
    around = (body.get("message") or {}, body.get("container") or {})
    threaded = any(part.get("thread_ts") for part in around)
    return thread if threaded else replace(thread, thread=thread.channel)

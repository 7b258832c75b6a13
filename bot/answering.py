"""Answer one turn: open the thread, ask the model, post, and keep what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import structlog

from bot import forgiving, texts, through
from bot.asking import Asking, Heard
from bot.care import Care
from bot.court import Court
from bot.draft import Draft
from bot.errors import Blocked, Forbidden, ModelError, Overflow, Rejected
from bot.parts import Parts, give_way
from bot.policy import policy_hash
from bot.ports import ReplyStream
from bot.prompting import compact, prompt_for
from bot.render import render
from bot.store import Begun, Done, Work
from bot.turn import Asked, Ended, Outcome, run_turn
from bot.types import Conversation, Mode, Prompt, Risk
from bot.underway import Stopped, UnderWay

log = structlog.get_logger()

BRANCH = "branch:"
"""What the origin of a branched conversation begins with."""


class Answering:
    """Takes a turn from the rows to the platform and back. Every step is harmless to repeat."""

    def __init__(self, parts: Parts, care: Care, under_way: UnderWay) -> None:
        self._parts = parts
        self._asking = Asking(parts)
        self._care = care
        self._under_way = under_way

    async def answer(self, work: Work) -> None:
        """Bring one turn to its end, or leave it for another attempt by raising PlatformError."""
        with structlog.contextvars.bound_contextvars(conversation=work.conversation.id, turn=work.turn.id):
            if all(message.deleted for message in work.turn.messages):
                await self._care.begin(work)
                await self._withdraw(work)
                return
            try:
                here = await self._place(work)
            except Blocked as error:
                await self._cannot(work, error)
                return
            # A thread that was opened twice is found again, so the model need not wait for this record.
            kept = asyncio.create_task(self._keep_place(work.conversation, here))
            try:
                await self._respond(replace(work, conversation=here), kept)
            finally:
                await kept

    async def open(self, begun: Begun, first: str) -> Conversation:
        """See that the thread exists, and remember where; one at a time. `first` is the opening text."""
        async with self._parts.lease(begun.conversation.id, "open"):
            here = await self._parts.store.directory.get(begun.conversation.id) or begun.conversation
            opened = await self._opened(here, first, again=begun.again)
            await self._keep_place(here, opened)
        return opened

    async def _place(self, work: Work) -> Conversation:
        """Where the turn is to be answered."""
        here, first = work.conversation, work.turn.messages[0].text
        if here.origin.startswith(BRANCH) and not here.opened:
            # Whoever asked for the branch has tried to open it, and perhaps more came of that than we know.
            return await self.open(Begun(here, again=True), first)
        return await self._opened(here, first, again=work.turn.attempts > 1)

    async def _opened(self, here: Conversation, first: str, *, again: bool) -> Conversation:
        if here.opened:
            return here
        ref = await self._parts.adapter(here).open(here, first, again=again)
        if here.origin.startswith(BRANCH):
            post = partial(self._parts.adapter(here).post, ref, key=f"o{here.id}", again=again)
            await through.put(post, texts.branch_opening(here, first), texts.branch_opening(here, ""))
        return replace(here, thread=ref, opened=True)

    async def _keep_place(self, before: Conversation, here: Conversation) -> None:
        if not before.opened:
            ref = here.thread
            await give_way()
            await self._parts.store.inbox.opened(here.id, ref.channel, ref.thread, ref.key)

    async def _respond(self, work: Work, kept: asyncio.Task[None]) -> None:
        here = work.conversation
        work = await self._care.begin(work)
        match await self._asking.heard(work):
            case Heard.YES:
                await self._care.answered(work, None)
                return
            case Heard.MORE:
                return
            case Heard.NO_YES:
                pass
        work = await forgiving.repented(self._parts, work)
        mode = self._parts.mode_for(here, work.mode)
        risk = asyncio.create_task(self._care.risk(here.id))
        try:
            await self._reply(work, mode, risk, kept)
        except Forbidden as error:
            # Trying again would ask the model for words that nobody may see; the next turn takes these along.
            log.error("reply not posted", permission=error.permission, cause=str(error))  # noqa: TRY400 - no bug
            await self._finish(work, Done("failed", "", ""))
        except Blocked as error:
            # The next turn must not take them along: it would get the same words, and lose its own with them.
            log.error("no word let through", thread=here.thread.key, cause=str(error))  # noqa: TRY400 - no bug
            await self._finish(work, Done("blocked", render(work.turn.messages), ""))
        finally:
            risk.cancel()

    async def _reply(
        self, work: Work, mode: Mode, risk: asyncio.Task[Risk], kept: asyncio.Task[None]
    ) -> None:
        here, parts = work.conversation, self._parts

        async def placed(ids: tuple[str, ...]) -> None:
            await parts.store.inbox.placed(work.turn.id, ids)

        key = f"t{work.turn.id}"
        again = work.turn.attempts > 1
        async with parts.adapter(here).reply(here, key, work.turn.placed, placed, again=again) as stream:
            locale = _locale(work)
            draft = Draft(stream, partial(self._care.held, work), locale)
            prompt = prompt_for(parts, work, mode)
            try:
                try:
                    court = Court(parts, work, mode, risk)
                    turn = run_turn(parts.model, prompt, court.hear, draft.show, locale)
                    outcome = await self._under_way.run(here.id, turn)
                finally:
                    await kept
            except Stopped as stopped:
                text = "\n\n".join(filter(None, (draft.text, texts.stopped(locale))))
                if not draft.text and (again or stopped.ended):
                    # An earlier attempt has perhaps shown something: that stays. An end has its own notice.
                    text = ""
                shown = await through.finish(stream, here.thread, text)
                await parts.store.endings.replied(work.turn.id)
                await self._finish(work, Done("stopped", prompt.input, shown or ""))
            except Overflow as error:
                if not await compact(parts, work):
                    log.warning("message too long for the model", request_id=error.request_id)
                    await self._fail(work, stream, draft, texts.too_long(locale))
            except ModelError as error:
                level = log.error if isinstance(error, Rejected) else log.warning
                level("no answer", cause=str(error), kind=error.kind, request_id=error.request_id)
                await self._fail(work, stream, draft, texts.no_model(locale))
            else:
                outcome = replace(outcome, text=draft.whole(outcome.text))
                await self._settle(work, prompt, stream, draft, outcome)

    async def _settle(
        self, work: Work, prompt: Prompt, stream: ReplyStream, draft: Draft, outcome: Outcome
    ) -> None:
        done = Done(
            "refused" if outcome.refused else "done",
            prompt.input,
            outcome.text,
            outcome.usage,
            policy_hash(),
            clean=not outcome.misbehaved,
        )
        ruling = outcome.ruling
        if isinstance(ruling, Ended) and not await self._end(work, done, ruling):
            # A newer message, a hold or somebody else's ending came first: the turn runs again with it (E25).
            await self._parts.store.inbox.absorb(work)
            return
        if isinstance(ruling, Asked) and await self._parts.store.inbox.absorb(work):
            return
        # An earlier attempt may have shown something, with or without our knowing.
        if outcome.text or draft.text or ruling is None or work.turn.attempts > 1:
            # A question or a notice that follows says enough.
            instead = () if ruling else (texts.not_shown(_locale(work)),)
            shown = await through.finish(stream, work.conversation.thread, outcome.text, *instead)
            if shown != outcome.text:
                done = replace(done, state="blocked", reply=shown or "")
        if isinstance(ruling, Asked):
            await self._asking.ask(work, ruling)
        if isinstance(ruling, Ended):
            await self._parts.store.endings.replied(work.turn.id)
        else:
            await self._finish(work, done)

    async def _end(self, work: Work, done: Done, ruling: Ended) -> bool:
        done = replace(done, risk=self._care.known(work))
        decided = await self._parts.store.endings.decide(
            ruling.ending, ruling.person, self._parts.clock.now(), (work, done)
        )
        if decided:
            await self._care.answered(work, done.risk)
        return decided

    async def _fail(self, work: Work, stream: ReplyStream, draft: Draft, sentence: str) -> None:
        whole = f"{draft.text}\n\n{sentence}" if draft.text else sentence
        await through.finish(stream, work.conversation.thread, whole, sentence)
        # Its messages go to the next turn, and their text with them.
        await self._finish(work, Done("failed", "", ""))

    async def _withdraw(self, work: Work) -> None:
        """Every word of it was deleted: what is there of an answer keeps its text, without a Stop button."""
        here, turn = work.conversation, work.turn

        async def placed(ids: tuple[str, ...]) -> None:
            await self._parts.store.inbox.placed(turn.id, ids)

        if here.opened and turn.attempts > 1:
            key = f"t{turn.id}"
            adapter = self._parts.adapter(here)
            try:
                async with adapter.reply(here, key, turn.placed, placed, again=True) as stream:
                    await stream.finish(None)
            except Blocked as error:
                log.info("reply left as it is", cause=str(error))
        await self._finish(work, Done("withdrawn", "", ""))

    async def _cannot(self, work: Work, error: Blocked) -> None:
        """No thread can be opened here: say so where the person asked, once."""
        here = (await self._care.begin(work)).conversation
        log.error("thread not opened", permission=error.permission, cause=str(error), conversation=here.id)
        channel = replace(here.thread, thread=here.thread.channel)
        why = texts.no_thread if isinstance(error, Forbidden) else texts.thread_impossible
        try:
            await self._parts.adapter(here).post(channel, texts.line(here, why(here)), key=f"n{work.turn.id}")
        except Blocked:
            log.info("channel cannot be written to either")
        await self._finish(work, Done("failed", "", ""))

    async def _finish(self, work: Work, done: Done) -> None:
        await forgiving.counted(self._parts, work, done)
        done = replace(done, risk=self._care.known(work))
        following = await self._parts.store.inbox.finish(work, done, self._parts.clock.now())
        if following is not None:
            self._under_way.hand_over(following)
        await self._care.answered(work, done.risk)
        thread = work.conversation.thread.key
        log.info("turn finished", thread=thread, state=done.state, output_tokens=done.usage.output)


def _locale(work: Work) -> str:
    """The language of whoever wrote last, else of the person who started the thread."""
    return texts.translator(work.turn.messages[-1].author, work.conversation).language

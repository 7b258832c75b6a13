"""A prompt as the body of a request: equal prompts are equal bytes, and so are their equal beginnings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot import tools
from bot.types import Exchanged, Prompt

Body = dict[str, Any]

EPHEMERAL: Final = {"type": "ephemeral"}
THINKING: Final = frozenset({"thinking", "redacted_thinking"})
SUMMARY: Final = "Summary of the earlier part of this conversation, made by the application:\n\n"
ACKNOWLEDGED: Final = "Understood. I go on from there."
NO_RESULT: Final = "This call was not carried out."
NO_WORDS: Final = "(no text)"


def body(
    prompt: Prompt,
    *,
    max_tokens: int,
    effort: str,
    without: frozenset[str] = frozenset(),
    thinking: bool = True,
) -> Body:
    """The keyword arguments of `messages.create`. `without` names optional fields that are left out.

    `thinking=False` leaves the thinking blocks out of the steps of this turn.
    """
    request: Body = {"model": prompt.model, "max_tokens": max_tokens}
    if prompt.system:
        request["system"] = prompt.system
    if prompt.tools:
        request["tools"] = [_tool(tool, without) for tool in tools.TOOLS]
        request["tool_choice"] = {"type": "auto"}
        if "disable_parallel_tool_use" not in without:
            request["tool_choice"]["disable_parallel_tool_use"] = True
    request["messages"] = messages(prompt, marked="cache_control" not in without, thinking=thinking)
    if "cache_control" not in without:
        request["cache_control"] = EPHEMERAL
    if effort and "effort" not in without:
        request["output_config"] = {"effort": effort}
    if prompt.person and "metadata" not in without:
        request["metadata"] = {"user_id": prompt.person}
    return request


def messages(prompt: Prompt, *, marked: bool = True, thinking: bool = True) -> list[Body]:
    """All messages in their order: summary, history, the newest, the steps of this turn.

    What stands behind the newest message for this turn only must not be all that is cached of it, so then
    the message itself carries a mark of its own.
    """
    said: list[Body] = []
    if prompt.summary.strip():
        _add(said, "user", [_text(SUMMARY + prompt.summary)])
        _add(said, "assistant", [_text(ACKNOWLEDGED)])
    for exchange in prompt.history:
        _add(said, "user", [_text(exchange.input)])
        # A turn without a word from us (a card was posted instead) is joined with the next one.
        if exchange.reply.strip():
            _add(said, "assistant", [_text(exchange.reply)])
    newest = [_text(prompt.input)]
    if prompt.closing.strip():
        if marked:
            newest[0]["cache_control"] = EPHEMERAL
        newest.append(_text(prompt.closing))
    _add(said, "user", newest)
    for step in prompt.steps:
        content = [
            block for block in step.response.content or () if thinking or block["type"] not in THINKING
        ]
        if content:
            _add(said, "assistant", content)
            _add(said, "user", list(_results(step, content)))
    return said


def _add(said: list[Body], role: str, blocks: list[Body]) -> None:
    if blocks and said and said[-1]["role"] == role:
        said[-1]["content"].extend(blocks)
    elif blocks:
        said.append({"role": role, "content": [*blocks]})


def _results(step: Exchanged, content: Iterable[Body]) -> Iterable[Body]:
    """A result for each call of the response, as the API asks; what was never judged was not done."""
    came_to = dict(step.results)
    for block in content:
        if block["type"] == "tool_use":
            said = came_to.get(block["id"], NO_RESULT)
            result = {"type": "tool_result", "tool_use_id": block["id"], "content": said}
            yield result if said == tools.DELIVERED else {**result, "is_error": True}


def _tool(tool: Any, without: frozenset[str]) -> Body:
    return {key: value for key, value in tool.items() if key not in without}


def _text(text: str) -> Body:
    return {"type": "text", "text": text if text.strip() else NO_WORDS}

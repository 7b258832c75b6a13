"""The cache accounts for each token once: written, read, or paid in full."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from anthropic import AsyncAnthropic
from anthropic.types import Usage

from tests.doubles.claude import CATALOGUE, ClaudeDouble, client_of, says

MODEL: Final = "claude-opus-5-5"
PRICE: Final = CATALOGUE[MODEL].price
MARK: Final = {"type": "ephemeral"}
SYSTEM: Final = "Be kind. " * 40


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeDouble]:
    async with ClaudeDouble() as double:
        yield double


@pytest.fixture
async def client(claude: ClaudeDouble) -> AsyncIterator[AsyncAnthropic]:
    async with client_of(claude) as client:
        yield client


def turns(number: int) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    for turn in range(number):
        said += [{"role": "user", "content": f"Question {turn}?"}, {"role": "assistant", "content": "Yes."}]
    return said[:-1]


async def ask(client: AsyncAnthropic, **change: Any) -> Usage:
    body = {"model": MODEL, "max_tokens": 100, "system": SYSTEM, "cache_control": MARK, **change}
    usage: Usage = (await client.messages.create(**body)).usage
    return usage


def kinds(usage: Usage) -> tuple[int, int, int]:
    return usage.input_tokens, usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0


async def test_a_turn_reads_what_the_one_before_wrote(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    usages = [await ask(client, messages=turns(number)) for number in (1, 2, 3)]
    totals = [request.input_tokens for request in claude.requests]
    assert kinds(usages[0]) == (0, totals[0], 0)
    assert kinds(usages[1]) == (0, totals[1] - totals[0], totals[0])
    assert kinds(usages[2]) == (0, totals[2] - totals[1], totals[1])
    billed = claude.billed()
    assert (billed.requests, billed.written_5m, billed.read) == (3, totals[2], totals[0] + totals[1])


async def test_such_a_conversation_costs_the_least_possible(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    for number in range(1, 6):
        await ask(client, messages=turns(number))
    least = claude.least_possible(claude.requests)
    assert claude.billed().input_units(PRICE) == pytest.approx(least)
    assert claude.least_possible(claude.requests, foresight=True) < least


async def test_a_conversation_without_marks_costs_more_than_that(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    for number in range(1, 6):
        await ask(client, messages=turns(number), cache_control=None)
    assert claude.billed().read == 0
    assert claude.billed().input_units(PRICE) > 2 * claude.least_possible(claude.requests)


async def test_one_request_is_least_when_written_once(claude: ClaudeDouble, client: AsyncAnthropic) -> None:
    await ask(client, messages=turns(1))
    tokens = claude.requests[0].input_tokens
    assert claude.least_possible(claude.requests) == pytest.approx(1.25 * tokens)
    assert claude.least_possible(claude.requests, foresight=True) == tokens


async def test_a_mark_on_the_system_prompt_serves_all_conversations(client: AsyncAnthropic) -> None:
    system = [{"type": "text", "text": SYSTEM, "cache_control": MARK}]
    first = await ask(client, system=system, cache_control=None, messages=turns(1))
    second = await ask(
        client, system=system, cache_control=None, messages=[{"role": "user", "content": "Other."}]
    )
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens
    assert second.cache_creation_input_tokens == 0
    assert second.input_tokens > 0


@pytest.mark.parametrize(
    "change",
    [
        {"model": "claude-sonnet-5-5"},
        {"system": SYSTEM + "!"},
        {"tools": [{"name": "end", "input_schema": {"type": "object"}}]},
        {"thinking": {"type": "adaptive", "display": "summarized"}},
    ],
)
async def test_a_changed_prefix_reads_nothing(client: AsyncAnthropic, change: dict[str, Any]) -> None:
    await ask(client, messages=turns(1))
    assert (await ask(client, messages=turns(2), **change)).cache_read_input_tokens == 0


async def test_a_prefix_shorter_than_the_minimum_is_not_cached() -> None:
    async with ClaudeDouble(cache_minimum=None) as claude, client_of(claude) as client:
        short = await ask(client, messages=turns(1))
        long = await ask(client, messages=turns(1), system=SYSTEM * 20)
    assert short.cache_creation_input_tokens == 0
    assert (long.cache_creation_input_tokens or 0) > 1024


async def test_what_is_cached_is_forgotten_when_its_time_is_over() -> None:
    now = [0.0]
    async with ClaudeDouble(clock=lambda: now[0]) as claude, client_of(claude) as client:
        await ask(client, messages=turns(1))
        await ask(client, messages=turns(1), system=SYSTEM + "!", cache_control={**MARK, "ttl": "1h"})
        now[0] = 299.0
        kept = await ask(client, messages=turns(1))
        now[0] = 299.0 + 301.0
        late = await ask(client, messages=turns(1))
        hour = await ask(client, messages=turns(1), system=SYSTEM + "!", cache_control={**MARK, "ttl": "1h"})
    assert kept.cache_read_input_tokens
    assert late.cache_read_input_tokens == 0
    assert hour.cache_read_input_tokens
    assert claude.billed().written_1h == hour.cache_read_input_tokens


async def test_a_mark_looks_back_twenty_blocks_only(client: AsyncAnthropic) -> None:
    await ask(client, messages=turns(1))
    near = [{"role": "user", "content": [{"type": "text", "text": f"{n}"} for n in range(19)]}]
    far = [{"role": "user", "content": [{"type": "text", "text": f"{n}"} for n in range(25)]}]
    assert (await ask(client, messages=turns(1) + near)).cache_read_input_tokens
    assert (await ask(client, messages=turns(1) + far, system=SYSTEM)).cache_read_input_tokens
    await ask(client, messages=turns(1), system="Another.")
    assert (await ask(client, messages=turns(1) + far, system="Another.")).cache_read_input_tokens == 0


async def test_the_stream_and_the_whole_message_tell_one_usage(
    claude: ClaudeDouble, client: AsyncAnthropic
) -> None:
    claude.script(lambda _: says("Always the same."))
    whole = await ask(client, messages=turns(1))
    claude.forget_cache()
    async with client.messages.stream(
        model=MODEL,
        max_tokens=100,
        system=SYSTEM,
        cache_control={"type": "ephemeral"},
        messages=[{"role": "user", "content": "Question 0?"}],
    ) as stream:
        streamed = (await stream.get_final_message()).usage
    assert kinds(whole) == kinds(streamed)
    assert whole.output_tokens == streamed.output_tokens

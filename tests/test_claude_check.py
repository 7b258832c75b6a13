"""What is wrong with key and models is named at start, with its remedy and without the key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from bot.claude import models
from bot.claude.client import Claude, open_api
from bot.claude.detect import ClaudeDetector
from bot.claude.failures import Passing
from bot.claude.offline import Offline
from bot.claude.open import open_models
from bot.claude.review import ClaudeReviewer
from bot.config import Config
from tests.claude_kit import KEY, MODEL, SMALL, config_for
from tests.clock import FakeClock
from tests.doubles.claude import ClaudeDouble


async def problems(config: Config) -> list[str]:
    async with open_api(config, FakeClock()) as api:
        return await Claude(api, config).check()


async def test_all_is_well_with_a_key_and_known_models() -> None:
    async with ClaudeDouble() as double:
        assert await problems(config_for(double.url)) == []
        assert sorted(double.looked_up) == sorted([MODEL, SMALL])


async def test_a_wrong_key_is_named_once_with_its_remedy_and_never_shown() -> None:
    async with ClaudeDouble(key="another-key") as double:
        (line,) = await problems(config_for(double.url))
    assert line.startswith("ANTHROPIC_API_KEY: ")
    assert "wrong or was revoked" in line
    assert "Make a key" in line
    assert KEY not in line


async def test_a_missing_key_is_named() -> None:
    async with ClaudeDouble() as double:
        (line,) = await problems(config_for(double.url, key=""))
    assert line.startswith("ANTHROPIC_API_KEY: ")
    assert "none is set" in line


async def test_an_unknown_model_is_named_by_its_key() -> None:
    async with ClaudeDouble() as double:
        (line,) = await problems(config_for(double.url, model="claude-opus-9"))
        (small,) = await problems(config_for(double.url, small_model="claude-tiny"))
    assert line.startswith("assistant.model: ")
    assert "'claude-opus-9'" in line
    assert small.startswith("assistant.small_model: ")


async def test_a_retired_model_and_an_impossible_limit_are_named() -> None:
    async with ClaudeDouble() as double:
        (line,) = await problems(config_for(double.url, model="claude-opus-4-1"))
        double.models[MODEL] = replace(double.models[MODEL], max_tokens=4_000)
        (limit,) = await problems(config_for(double.url))
    assert "is retired" in line
    assert limit.startswith("assistant.max_output_tokens: ")
    assert "4000" in limit


async def test_a_server_without_this_request_is_believed() -> None:
    async def nothing(_: web.Request) -> web.Response:
        return web.Response(status=404, text="404 page not found")

    app = web.Application()
    app.router.add_get("/v1/models/{model}", nothing)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        assert await problems(config_for(url)) == []
    finally:
        await runner.cleanup()


async def test_an_answer_that_describes_less_is_enough() -> None:
    async def little(request: web.Request) -> web.Response:
        return web.json_response({"id": request.match_info["model"], "object": "model"})

    app = web.Application()
    app.router.add_get("/v1/models/{model}", little)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        assert await problems(config_for(url)) == []
    finally:
        await runner.cleanup()


async def test_a_server_that_does_not_answer_is_no_problem_of_the_configuration() -> None:
    with pytest.raises(Passing):
        await problems(config_for("http://127.0.0.1:9"))


async def test_without_a_key_and_another_server_the_offline_model_is_opened() -> None:
    config = Config()
    assert config.offline
    async with open_models(config, FakeClock()) as (model, *_):
        assert isinstance(model, Offline)
        assert await model.check() == []


async def test_with_another_server_claude_is_opened_even_without_a_key() -> None:
    async with ClaudeDouble() as double, open_models(config_for(double.url, key=""), FakeClock()) as opened:
        model, reviewer, detector = opened
        assert isinstance(model, Claude)
        assert isinstance(reviewer, ClaudeReviewer)
        assert isinstance(detector, ClaudeDetector)


def test_anthropics_own_address_is_no_compatible_server() -> None:
    assert not models.compatible(Config())
    assert not models.compatible(config_for("https://api.anthropic.com"))
    assert models.compatible(config_for("http://localhost:11434"))

"""Taken out of a server: a week to think better of it, then what is held of it is deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.discord.servers import GRACE, SPACE
from tests.discord_kit import Changing, FakeDesk, FakeShelf, HandClock, hearing
from tests.doubles.discord import DiscordDouble, Guild, Permission

WEEK = GRACE.total_seconds()


class Noting(FakeShelf, Changing):
    """A shelf that tells when something is put on it."""

    def __init__(self) -> None:
        FakeShelf.__init__(self)
        Changing.__init__(self)

    async def put(self, space: str, key: str, value: Mapping[str, Any]) -> None:
        await super().put(space, key, value)
        self.changed()

    async def here(self, guild: Guild) -> None:
        await self.until(lambda: self.rows.get((SPACE, str(guild.id))) == {})

    async def left(self, guild: Guild) -> None:
        await self.until(lambda: self.rows.get((SPACE, str(guild.id)), {}).get("left"))


class Weeks(HandClock, Changing):
    """A clock that tells when somebody begins to wait."""

    def __init__(self) -> None:
        HandClock.__init__(self)
        Changing.__init__(self)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> None:
        super().call_later(seconds, callback)
        self.changed()

    async def sleeps(self, seconds: float, times: int = 1) -> None:
        """Return once somebody waits so long, for the so many-th time."""
        await self.until(lambda: self.slept.count(seconds) == times)


@dataclass
class Place:
    """A server, and what stays when the adapter is made anew."""

    double: DiscordDouble
    guild: Guild
    other: Guild
    clock: Weeks
    shelf: Noting

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[FakeDesk]:
        async with hearing(self.double, self.clock, catch_up_minutes=0, shelf=self.shelf) as kit:
            await self.shelf.here(self.other)
            yield kit.desk

    async def taken_out(self, times: int = 1) -> None:
        self.double.leave(self.double.bot, self.guild)
        await self.shelf.left(self.guild)
        await self.clock.sleeps(WEEK, times)

    async def taken_in(self) -> None:
        self.double.join(self.double.bot, self.guild, Permission.VIEW_CHANNEL)
        await self.shelf.here(self.guild)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with DiscordDouble() as double:
        guild = double.guild()
        double.text_channel(guild)
        yield Place(double, guild, double.guild("Other"), Weeks(), Noting())


def erased(desk: FakeDesk) -> list[str]:
    return [what for how, what, _ in desk.notes if how == "erased"]


async def spin() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_what_is_held_of_a_server_is_deleted_a_week_after_we_were_taken_out(place: Place) -> None:
    """I8."""
    async with place.heard() as desk:
        await place.taken_out()
        place.clock.turn(WEEK - 1)
        await spin()
        assert erased(desk) == []
        place.clock.turn(1)
        await desk.until(lambda: erased(desk))
        assert erased(desk) == [str(place.guild.id)]
    assert await place.shelf.all(SPACE) == [(str(place.other.id), {})]


async def test_back_within_the_week_nothing_is_lost(place: Place) -> None:
    async with place.heard() as desk:
        await place.taken_out()
        await place.taken_in()
        place.clock.turn(WEEK)
        await spin()
        assert erased(desk) == []


async def test_taken_out_again_the_week_begins_anew(place: Place) -> None:
    async with place.heard() as desk:
        await place.taken_out()
        place.clock.turn(WEEK / 2)
        await place.taken_in()
        await place.taken_out(times=2)
        place.clock.turn(WEEK / 2)
        await spin()
        assert erased(desk) == []
        place.clock.turn(WEEK / 2)
        await desk.until(lambda: erased(desk))


async def test_taken_out_while_nobody_listened_is_noticed_at_the_next_start(place: Place) -> None:
    async with place.heard():
        await place.shelf.here(place.guild)
    place.double.leave(place.double.bot, place.guild)
    async with place.heard() as desk:
        await place.clock.sleeps(WEEK)
        place.clock.turn(WEEK)
        await desk.until(lambda: erased(desk))
        assert erased(desk) == [str(place.guild.id)]


async def test_the_week_goes_on_while_the_program_is_down(place: Place) -> None:
    async with place.heard():
        await place.taken_out()
    place.clock.turn(WEEK + 1)
    async with place.heard() as desk:
        await place.clock.sleeps(0.0)
        place.clock.turn(0.0)
        await desk.until(lambda: erased(desk))


async def test_an_outage_of_a_server_is_no_farewell(place: Place) -> None:
    async with place.heard():
        await place.shelf.here(place.guild)
        place.double.dispatch("GUILD_DELETE", {"id": str(place.guild.id), "unavailable": True})
        await place.shelf.here(place.double.guild("The next event"))
        assert place.shelf.rows[SPACE, str(place.guild.id)] == {}


async def test_what_discord_does_not_confirm_is_not_deleted(place: Place) -> None:
    """E8: in doubt, what people have is kept."""
    async with place.heard() as desk:
        await place.shelf.here(place.guild)
        place.double.dispatch("GUILD_DELETE", {"id": str(place.guild.id)})  # and yet we are still there
        await place.clock.sleeps(WEEK)
        place.double.faults.add(method="GET", path=r"^/guilds/\d+$", status=401)
        place.clock.turn(WEEK)
        await place.clock.sleeps(3600.0)
        assert place.shelf.rows[SPACE, str(place.guild.id)]["left"]
        place.clock.turn(3600)
        await place.shelf.here(place.guild)
        assert erased(desk) == []

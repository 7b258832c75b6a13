"""Adapters are entry points, and the configuration says which are opened."""

from __future__ import annotations

from bot.config import load
from bot.platforms import installed, wanted, with_people

ALL = ("discord", "slack", "web")


def test_this_installation_has_its_own_adapters() -> None:
    assert {"discord", "web"} <= set(installed())


def test_web_is_always_opened_and_first_for_the_sake_of_health() -> None:
    config = load(None, {"DISCORD_TOKEN": "made-up"})
    assert wanted(config, ALL) == ("web", "discord")
    assert wanted(load(None, {}), ALL) == ("web",)


def test_an_adapter_of_another_distribution_is_opened_because_it_is_installed() -> None:
    assert wanted(load(None, {}), (*ALL, "matrix")) == ("web", "matrix")


def test_people_talk_on_web_only_with_the_playground() -> None:
    assert with_people(load(None, {}), ("web",)) == {"web"}
    assert with_people(load(None, {"DISCORD_TOKEN": "made-up"}), ("web", "discord")) == {"discord"}

"""Which platforms there are: adapters are entry points, so another distribution can bring one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import entry_points

from bot.config import Config
from bot.ports import Adapter, Context, Create

GROUP = "adieu.adapters"


def installed() -> tuple[str, ...]:
    """The names of all adapters of this installation."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def wanted(config: Config, names: Iterable[str]) -> tuple[str, ...]:
    """The adapters that the configuration switches on, web first: it tells everyone's health.

    An adapter that has no section of ours came from another distribution: installing it switches it on.
    """
    on = [name for name in names if name == "web" or getattr(getattr(config, name, None), "enabled", True)]
    return tuple(sorted(on, key=lambda name: (name != "web", name)))


def with_people(config: Config, names: Iterable[str]) -> frozenset[str]:
    """Those of `names` on which somebody can talk to the assistant: web only with its playground."""
    return frozenset(name for name in names if name != "web" or config.web.playground)


def adapter(name: str, context: Context) -> AbstractAsyncContextManager[Adapter]:
    """Make the adapter called `name`; entering it opens it."""
    (point,) = entry_points(group=GROUP, name=name)
    create: Create = point.load()
    return create(context)

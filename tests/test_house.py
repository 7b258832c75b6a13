"""The rules of the house (docs/architecture.md), held against the tree itself."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 250
"""Lines: beyond it a file has begun to run away."""
ALL_TOGETHER = {"bot/types.py", "bot/ports.py"}
"""The nouns and the contracts: each kept in one file on purpose, to be read from top to bottom."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("bot", "adapters", include_external_packages=True, cache_dir=None)


def importers(graph: grimp.ImportGraph, package: str) -> set[str]:
    """Our modules that import `package`, from the outside or from within our tree."""
    wanted = {name for name in graph.modules if name == package or name.startswith(f"{package}.")}
    found: set[str] = set()
    for name in wanted:
        found |= graph.find_modules_that_directly_import(name)
    return {name for name in found if not _in(name, package)}


def _in(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def test_the_core_never_imports_an_adapter(graph: grimp.ImportGraph) -> None:
    assert {name for name in importers(graph, "adapters") if _in(name, "bot")} == set()


def test_no_adapter_imports_another(graph: grimp.ImportGraph) -> None:
    adapters = sorted(name for name in graph.find_children("adapters") if graph.find_children(name))
    assert {"adapters.discord", "adapters.web"} <= set(adapters)
    for adapter in adapters:
        strangers = {name for name in importers(graph, adapter) if not _in(name, adapter)}
        assert strangers == set(), adapter


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("sqlalchemy", "bot.store"),
        ("alembic", "bot.store"),
        ("anthropic", "bot.claude"),
        ("discord", "adapters.discord"),
        ("slack_sdk", "adapters.slack"),
        ("slack_bolt", "adapters.slack"),
        ("starlette", "adapters.web"),
        ("uvicorn", "adapters.web"),
        ("jinja2", "adapters.web"),
        ("babel", "bot.texts"),
    ],
)
def test_a_large_library_is_known_to_one_package_only(
    graph: grimp.ImportGraph, library: str, home: str
) -> None:
    if library not in graph.modules:
        assert library.startswith("slack"), f"{library} is not imported at all: remove it from pyproject.toml"
        return
    strangers = {name for name in importers(graph, library) if not _in(name, home)}
    assert strangers == set()


def test_the_nouns_import_nothing_of_ours(graph: grimp.ImportGraph) -> None:
    ours = {name for name in graph.find_modules_directly_imported_by("bot.types") if _in(name, "bot")}
    assert ours == set()


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("bot.ports", ("bot.guard", "bot.turn", "bot.ending", "bot.assistant", "bot.store", "bot.root")),
        ("bot.errors", ("bot.guard", "bot.turn", "bot.ending", "bot.assistant", "bot.store", "bot.root")),
        ("bot.guard", ("bot.turn", "bot.ending", "bot.assistant", "bot.store", "bot.engine")),
        ("bot.turn", ("bot.assistant", "bot.root", "bot.cli")),
        ("bot.ending", ("bot.assistant", "bot.root", "bot.cli")),
        ("bot.assistant", ("bot.root", "bot.cli", "bot.engine")),
        ("bot.store", ("bot.assistant", "bot.turn", "bot.ending", "bot.root", "bot.cli")),
        ("bot.claude", ("bot.assistant", "bot.turn", "bot.ending", "bot.root", "bot.cli", "bot.store")),
    ],
)
def test_what_is_lower_does_not_know_what_is_higher(
    graph: grimp.ImportGraph, lower: str, higher: tuple[str, ...]
) -> None:
    for name in higher:
        if lower in graph.modules and name in graph.modules:
            known = graph.find_shortest_chain(lower, name, as_packages=True)
            assert known is None, " -> ".join(known or ())


def test_only_the_root_and_the_doctor_open_stores_and_models(graph: grimp.ImportGraph) -> None:
    for module in ("bot.claude.open", "bot.engine.local"):
        outside = {name for name in importers(graph, module) if not _in(name, module.rsplit(".", 1)[0])}
        assert outside <= {"bot.root", "bot.doctor.checks"}


def test_no_file_runs_away() -> None:
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py")]
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files
    }
    written = {name: lines for name, lines in lengths.items() if "/migrations/versions/" not in name}
    long = {name: lines for name, lines in written.items() if lines > LONGEST and name not in ALL_TOGETHER}
    assert long == {}


def test_every_module_opens_with_a_sentence() -> None:
    for file in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py")]:
        text = file.read_text(encoding="utf-8").strip()
        assert not text or text.startswith('"""'), file

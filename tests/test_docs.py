"""What the documents claim is true: commands exist, links resolve, keys are known."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.cli import COMMANDS
from bot.config import Config
from bot.config.model import Secrets
from bot.types import Mode, Reason

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code(document: Path) -> str:
    """Everything of a document that is written as code."""
    whole = document.read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", whole, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", whole, flags=re.DOTALL))
    return "\n".join(blocks + inline)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_resolves(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", text("Makefile")))
    written = code(document)
    assert set(re.findall(r"\bmake ([a-z]+)", written)) <= targets
    assert set(re.findall(r"\badieu ([a-z]+)", written)) <= set(COMMANDS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_key_and_variable_that_is_named_exists(document: Path) -> None:
    written = code(document)
    for section, key in re.findall(r"\[([a-z]+)\] ([a-z_]+)", written):
        field = Config.model_fields[section].annotation
        assert isinstance(field, type)
        assert issubclass(field, BaseModel)
        assert key in field.model_fields, f"[{section}] {key}"
    known = {name.upper() for name in Secrets.model_fields} | {"ANTHROPIC_BASE_URL"}
    named = re.findall(r"\b[A-Z]+_[A-Z_]*(?:TOKEN|KEY|PASSWORD|SECRET|URL)\b", written)
    assert set(named) <= known


def test_the_readme_shows_a_locked_thread_and_the_two_commands_on_its_first_screen() -> None:
    first = "\n".join(text("README.md").splitlines()[:20])
    for needed in ("locked-thread.png", "make run", "make test"):
        assert needed in first


def test_the_port_that_the_documents_name_is_the_default() -> None:
    port = Config().web.port
    for name in ("README.md", "CONTRIBUTING.md", "Makefile", "Dockerfile"):
        assert re.findall(r"127\.0\.0\.1:(\d+)", text(name)) == [str(port)], name


def test_every_reason_and_every_mode_is_explained() -> None:
    policy = text("docs/ending-policy.md")
    for value in [*Reason, *Mode]:
        assert re.search(rf"(?m)^\| `{value}` \| .{{20,}} \|$", policy), value


def test_every_number_of_the_policy_is_the_default() -> None:
    defaults = Config().ending
    shown = re.findall(r"`\[ending\] (\w+)`[ ,(]+(\d+)", text("docs/ending-policy.md"))
    assert len(shown) == 5
    for key, value in shown:
        assert getattr(defaults, key) == int(value), key


def test_every_key_of_the_policy_is_explained_in_it() -> None:
    policy = text("docs/ending-policy.md")
    for key in type(Config().ending).model_fields:
        assert f"`[ending] {key}`" in policy, key


@pytest.mark.parametrize(
    ("heading", "declared"),
    [
        ("To run", PROJECT["dependencies"]),
        ("To develop and test", PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_every_direct_dependency_has_its_reason(heading: str, declared: list[str]) -> None:
    part = text("docs/dependencies.md").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"(?m)^\| ([\w.-]+) \| .+ \|$", part)
    names = [re.split(r"[\[<>=!~ ]", line)[0] for line in declared]
    assert sorted(set(rows) - {"package"}) == sorted(names)


def test_every_command_is_in_the_documents() -> None:
    everything = "\n".join(code(document) for document in DOCUMENTS)
    for command in COMMANDS:
        assert f"adieu {command}" in everything or f"make {command}" in everything


def test_the_listing_of_the_house_names_every_part_of_the_core_and_every_adapter() -> None:
    shown = text("docs/architecture.md").split("```\n")[3]
    parts = {path.name for path in (ROOT / "bot").glob("*.py")} - {"__init__.py"}
    packages = {f"{path.parent.name}/" for path in ROOT.glob("bot/*/__init__.py")}
    adapters = {f"{path.parent.name}/" for path in ROOT.glob("adapters/*/__init__.py")}
    named = set(re.findall(r"(?:^|\s)([a-z_]+(?:\.py|/))", shown))
    assert parts | packages | adapters <= named
    assert {name for name in named if name.endswith(".py")} <= parts


def test_no_document_names_a_path_of_one_machine() -> None:
    for document in DOCUMENTS:
        assert not re.search(r"(/home/|/root/|/work/|/Users/|/tmp/)", document.read_text(encoding="utf-8"))

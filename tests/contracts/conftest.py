"""Every contract of the store runs on SQLite and (where its programs are installed) on a real PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bot.store import Store, open_store

RUNUSER = shutil.which("runuser")
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own on a socket in a folder of our own."""
    if not PROGRAMS or RUNUSER is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: postgresql)")
    programs = PROGRAMS[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="adieu-pg-"))
    shutil.chown(folder, "postgres")

    def run(*command: str) -> None:
        subprocess.run(
            [str(RUNUSER), "-u", "postgres", "--", *command], check=True, stdout=subprocess.DEVNULL
        )

    run(str(programs / "initdb"), "-D", str(folder / "data"), "--auth=trust", "--no-sync")
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    start = ("-l", str(folder / "log"), "-w", "-o", options, "start")
    run(str(programs / "pg_ctl"), "-D", str(folder / "data"), *start)
    yield str(folder)
    run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'adieu.db'}"
    folder = request.getfixturevalue("postgresql")
    name = f"adieu_{uuid4().hex}"
    created = [str(RUNUSER), "-u", "postgres", "--", "createdb", "-h", folder, name]
    subprocess.run(created, check=True, stdout=subprocess.DEVNULL)
    return f"postgresql://postgres@localhost/{name}?host={folder}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url) as opened:
        yield opened

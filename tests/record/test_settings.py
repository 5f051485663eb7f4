"""Where the record lies, as the environment says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netlapse.errors import InputError, RunError
from netlapse.record.settings import RecordSettings, from_environment
from netlapse.record.sql.store import SqlStore

ROOT = Path(__file__).parents[2]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "KEYFRAME_MB", "KEYFRAME_TOTAL_MB"):
        monkeypatch.delenv(f"NETLAPSE_{name}", raising=False)
    assert from_environment() == RecordSettings("", 512 * 2**20, 10 * 2**30)
    monkeypatch.setenv("NETLAPSE_DATABASE_URL", "postgresql://localhost/x")
    monkeypatch.setenv("NETLAPSE_KEYFRAME_MB", "3")
    monkeypatch.setenv("NETLAPSE_KEYFRAME_TOTAL_MB", "9")
    assert from_environment() == RecordSettings("postgresql://localhost/x", 3 * 2**20, 9 * 2**20)
    monkeypatch.setenv("NETLAPSE_KEYFRAME_MB", "-1")
    with pytest.raises(InputError, match=r"NETLAPSE_KEYFRAME_MB: .* got '-1'"):
        from_environment()


@pytest.mark.parametrize("url", ["mysql://host/x", "nonsense", "sqlite:///x.db", "://"])
def test_only_postgresql_has_an_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="NETLAPSE_DATABASE_URL: The address"):
        SqlStore(tmp_path, RecordSettings(url=url))


def test_without_psycopg_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r'pip install "netlapse\[postgres\]"'):
        SqlStore(tmp_path, RecordSettings(url="postgresql://localhost/x"))


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://someone:secret@/netlapse?host={tmp_path}"
    store = SqlStore(tmp_path, RecordSettings(url=url))
    with pytest.raises(RunError, match="The database cannot be reached") as caught:
        store.runs()
    assert "secret" not in str(caught.value)
    assert "Check NETLAPSE_DATABASE_URL" in caught.value.remedy


def test_the_database_is_imported_when_a_store_is_made() -> None:
    code = (
        "import sys, netlapse, netlapse.cli.app, netlapse.session.shared\n"
        "assert not {'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

"""The files of the Studio: from a table, compressed, and kept as long as they may be."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from netlapse.server.static import read_files
from tests.server.fakes import FakeStudio


def test_the_page_is_never_kept(studio: FakeStudio) -> None:
    answer = studio.client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert studio.client.head("/").content == b""


def test_files_with_a_hash_are_kept_for_ever_and_packed(studio: FakeStudio) -> None:
    url = "/assets/index-B1tHqZ8a.js"
    packed = studio.client.get(url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    plain = studio.client.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == packed.text
    known = studio.client.get(url, headers={"If-None-Match": plain.headers["etag"]})
    assert known.status_code == 304


@pytest.mark.parametrize(
    "path", ["/.build-hash", "/assets", "/assets/", "/../studio.json", "/%2e%2e/studio.json", "/x"]
)
def test_nothing_else_is_served(studio: FakeStudio, path: str) -> None:
    (studio.settings.folder / "studio.json").write_text("secret")
    assert studio.client.get(path).status_code == 404


def test_a_studio_that_is_not_built_says_so(tmp_path: Path, studio: FakeStudio) -> None:
    assert read_files(tmp_path / "nothing") == {}
    studio.api.state.studio.files.clear()
    answer = studio.client.get("/")
    assert answer.status_code == 503
    assert "make studio" in answer.text


def test_packed_files_are_smaller_and_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("body { color: red }\n" * 500)
    (tmp_path / "b.css").write_text("b{}")
    (tmp_path / "c.png").write_bytes(b"\x89PNG" * 1000)
    files = read_files(tmp_path)
    packed = files["a.css"].packed
    assert packed is not None and gzip.decompress(packed) == files["a.css"].content
    assert files["b.css"].packed is None and files["c.png"].packed is None

"""A new store is a copy of an empty one in the user's cache folder, where there is one that can be read."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

import rolecall
from rolecall.api import Store
from rolecall.store.template import template_path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="where modes and cache folders are others")
# In the header of a DuckDB file, behind the names of the release that made it.
IDENTITY = slice(116, 132)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    template_path.cache_clear()
    yield tmp_path / "cache" / "rolecall"
    template_path.cache_clear()


def _new(path: Path) -> Store:
    store = rolecall.open(str(path))
    assert store.migrate()
    return store


def _catalog(store: Store) -> list[tuple[object, ...]]:
    query = (
        "select sql, comment from duckdb_tables() union all select sql, comment from duckdb_views()"
        " where not internal union all select name, value from settings order by 1, 2"
    )
    with store.database.connect(is_read_only=True) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_the_second_store_is_a_copy_with_an_identity_of_its_own(cache: Path, tmp_path: Path) -> None:
    first, second = _new(tmp_path / "first.duckdb"), _new(tmp_path / "second.duckdb")
    (template,) = cache.iterdir()
    assert S_IMODE(template.stat().st_mode) == 0o600
    assert S_IMODE(cache.stat().st_mode) == 0o700
    assert _catalog(first) == _catalog(second)
    assert first.database.path.read_bytes()[IDENTITY] != second.database.path.read_bytes()[IDENTITY]
    assert S_IMODE(second.database.path.stat().st_mode) == 0o600
    assert not second.migrate()


def _cut(template: Path) -> None:
    template.write_bytes(template.read_bytes()[:50_000])


def _empty(template: Path) -> None:
    template.write_bytes(b"")


def _make_other(template: Path) -> None:
    import duckdb

    template.unlink()
    duckdb.connect(str(template)).execute("create table something (else_ integer)").close()


@pytest.mark.parametrize("damage", [_cut, _empty, _make_other])
def test_a_template_that_cannot_be_read_is_made_anew(
    damage: Callable[[Path], None], cache: Path, tmp_path: Path
) -> None:
    first = _new(tmp_path / "first.duckdb")
    (template,) = cache.iterdir()
    whole = template.stat().st_size
    damage(template)
    assert _catalog(_new(tmp_path / "second.duckdb")) == _catalog(first)
    (template,) = cache.iterdir()
    assert template.stat().st_size == whole


def test_a_template_of_another_release_goes(cache: Path, tmp_path: Path) -> None:
    cache.mkdir(parents=True)
    (cache / "new-store-0123456789abcdef.duckdb").write_bytes(b"of before")
    (cache / "something-else").write_bytes(b"stays")
    _new(tmp_path / "first.duckdb")
    names = {path.name for path in cache.iterdir()}
    assert "something-else" in names
    assert "new-store-0123456789abcdef.duckdb" not in names
    assert len(names) == 2


def test_where_nothing_can_be_kept_a_store_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    template_path.cache_clear()
    assert not _new(tmp_path / "first.duckdb").migrate()

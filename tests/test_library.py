"""`import rolecall`: what it publishes, how fast it is there, and what `help` says of it."""

import inspect
import pydoc
import subprocess
import sys

import pytest

import rolecall
from rolecall.api import Store

METHODS = [name for name in vars(Store) if not name.startswith("_") and callable(getattr(Store, name))]


@pytest.mark.parametrize("name", rolecall.__all__)
def test_every_published_name_can_be_imported(name: str) -> None:
    assert getattr(rolecall, name).__doc__


def test_a_name_that_is_not_published_is_an_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = rolecall.nothing


def test_importing_the_package_loads_no_engine() -> None:
    query = "import sys, rolecall; print(*sorted({'duckdb', 'sqlalchemy', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", query], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


@pytest.mark.parametrize("name", METHODS)
def test_help_shows_a_method_of_a_store_as_people_call_it(name: str) -> None:
    method = getattr(Store, name)
    first, *others = inspect.signature(method).parameters
    assert first == "self"
    assert "database" not in others
    text = pydoc.plain(pydoc.render_doc(method))
    assert f"{name}(self" in text
    assert inspect.getdoc(method)


def test_help_of_a_store_shows_every_method_in_a_program_that_called_none() -> None:
    query = "import pydoc, rolecall; print(pydoc.plain(pydoc.render_doc(rolecall.Store)))"
    done = subprocess.run([sys.executable, "-c", query], capture_output=True, text=True, check=True)
    assert [name for name in METHODS if f" {name}(self" not in done.stdout] == []


def test_a_program_loads_what_it_calls_alone() -> None:
    query = (
        "import sys, rolecall; rolecall.Store('x.duckdb');"
        " print(*(name for name in sys.modules if name.startswith(('rolecall.imports', 'rolecall.jobs'))))"
    )
    done = subprocess.run([sys.executable, "-c", query], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"

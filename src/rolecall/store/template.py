"""An empty store of this release in the user's cache folder, of which new stores are copies.

Making one from migrations and views takes ten times as long as copying one.
"""

import hashlib
import shutil
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb

from rolecall.files.leftovers import temporary_folder
from rolecall.files.private import FILE_MODE, FOLDER_MODE
from rolecall.store.statements import folder, paths, text_of


@cache
def template_path() -> Path:
    """Return where the template of this release lies; its name holds a hash of all that it is made of."""
    from platformdirs import user_cache_path

    digest = hashlib.sha256(f"{version('rolecall')} {duckdb.__version__}".encode())
    for migration in sorted((folder("migrations") / "versions").glob("*.py")):
        digest.update(migration.read_bytes())
    for path in paths("views"):
        digest.update(f"{path}\0{text_of(path)}\0".encode())
    return user_cache_path("rolecall", appauthor=False) / f"new-store-{digest.hexdigest()[:16]}.duckdb"


def copy_template(target: duckdb.DuckDBPyConnection) -> bool:
    """Fill a new, empty DuckDB file from the template; return whether there was one that could be read.

    The engine copies row by row, so each store has an identity of its own, by which it knows its journal.
    """
    path = str(template_path()).replace("'", "''")
    try:
        target.execute(f"attach '{path}' as new_store_template (read_only)")
        target.execute("select current_database()")
        ((name,),) = target.fetchall()
        target.execute(f'copy from database new_store_template to "{name}"')
        target.execute("detach new_store_template")
    except duckdb.Error:  # there is none yet, or a damaged one
        return False
    return True


def keep_template(store: Path) -> None:
    """Keep a new, empty store as the template, instead of those of other releases, if that can be done."""
    path = template_path()
    with suppress(OSError):
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        with temporary_folder(path.parent) as folder:
            copied = Path(shutil.copyfile(store, folder / path.name))
            copied.chmod(FILE_MODE)
            for other in path.parent.glob("new-store-*.duckdb"):
                other.unlink(missing_ok=True)
            copied.replace(path)

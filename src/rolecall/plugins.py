"""Finding plug-ins by file name; the contract that they keep stands in the `__init__` of their folder."""

from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from rolecall.errors import NotFound


@cache
def names(kind: str) -> list[str]:
    """Return the names of the plug-ins in the folder `kind` (sources, formats, providers), sorted."""
    plugins = Path(str(files("rolecall"))) / kind
    return sorted(path.stem for path in plugins.glob("*.py") if not path.stem.startswith("_"))


def load(kind: str, name: str) -> ModuleType:
    """Return the plug-in `name` of the folder `kind`.

    Raises:
        NotFound: There is none of that name; the message lists those there are.
    """
    if name not in names(kind):
        choices = names(kind)
        raise NotFound(
            f"no {kind.removesuffix('s')} named '{name}'; choose from: {', '.join(choices)}", choices
        )
    return import_module(f"rolecall.{kind}.{name}")

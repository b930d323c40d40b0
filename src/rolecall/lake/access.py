"""Who may read a lake: its user alone, or the group of its folder; never everybody.

The folder says which: one that its group may write to is shared. So it is chosen once, and whoever loads a
part later, under whatever umask, makes it readable for the others.
"""

from collections.abc import Iterable
from pathlib import Path
from stat import S_IWGRP

from rolecall.errors import RolecallError
from rolecall.files.private import FILE_MODE, FOLDER_MODE, give_access

# With the bit by which what Spark, or anybody else, puts into a folder is of its group too.
_SHARED_FOLDER_MODE, _SHARED_FILE_MODE = 0o2770, 0o660


def is_shared(lake: Path) -> bool:
    """Return whether the group of a lake's folder has a share in it."""
    return bool(lake.stat().st_mode & S_IWGRP)


def share(lake: Path) -> None:
    """Make a lake's folder its group's.

    Raises:
        RolecallError: It is somebody else's folder.
    """
    try:
        lake.chmod(_SHARED_FOLDER_MODE)
    except PermissionError as error:
        raise RolecallError(
            f"{lake} is not yours to share; ask its owner, or choose another folder"
        ) from error


def take_access(lake: Path, paths: Iterable[Path]) -> None:
    """Give files and folders of a lake the group of its folder, and a mode like its own."""
    group_id = lake.stat().st_gid
    modes = (_SHARED_FOLDER_MODE, _SHARED_FILE_MODE) if is_shared(lake) else (FOLDER_MODE, FILE_MODE)
    for path in paths:
        give_access(path, modes[0] if path.is_dir() else modes[1], group_id)

"""Files and folders that are their user's alone from the moment they are there, whatever the umask.

A library must not change its caller's umask, so each file is made with its mode. Where a system has no modes
(Windows), a new file has the rights of its folder.
"""

import os
from pathlib import Path
from stat import S_IMODE
from typing import BinaryIO

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def open_new(path: Path) -> BinaryIO:
    """Make a file that its user alone may read, and return it open for writing.

    Raises:
        FileExistsError: Something has that name, be it a symbolic link to nowhere.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, FILE_MODE), "wb")


def make_folder(path: Path) -> None:
    """Make a folder that its user alone may open; one that is there keeps its mode."""
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)


def give_access(target: int | Path, mode: int, group_id: int) -> None:
    """Give a file (open, or a path) or a folder a mode and a group.

    Where the group is refused, nobody else's group gets its rights.

    Raises:
        OSError: It is somebody else's.
    """
    if os.name == "nt":
        return
    number = target if isinstance(target, int) else os.open(target, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        about = os.fstat(number)
        if about.st_gid != group_id:
            try:
                os.fchown(number, -1, group_id)
            except PermissionError:
                mode &= ~0o2070
        if S_IMODE(about.st_mode) != mode:
            os.fchmod(number, mode)
    finally:
        if number != target:
            os.close(number)

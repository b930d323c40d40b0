"""Telling several downloads apart that are named in one command.

The zips of one download never hold the same file twice. Where two inputs do, they are two downloads, and what
the one says of a message must be weighed against what the other says.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from rolecall.archives import Archive, Limits
from rolecall.errors import ArchiveError
from rolecall.members import Member


def separate(paths: Sequence[Path], limits: Limits | None) -> list[list[Path]]:
    """Return the inputs of each download; what holds no JSON at all (media) goes with every one of them."""
    groups: list[tuple[list[Path], set[tuple[str, ...]]]] = []
    shared: list[Path] = []
    inputs = _expanded(paths)
    if len(inputs) == 1:
        return [list(paths)]
    for path in inputs:
        keys = _keys(path, limits)
        if not keys:
            shared.append(path)
            continue
        free = next((group for group in groups if not group[1] & keys), None)
        if free is None:
            groups.append(([path], set(keys)))
        else:
            free[0].append(path)
            free[1].update(keys)
    return [[*found, *shared] for found, _ in groups] or [list(paths)]


def _expanded(paths: Sequence[Path]) -> list[Path]:
    """Return the paths, in place of a folder that only collects zips those zips."""
    found = []
    for path in paths:
        zips = sorted(one for one in path.glob("*.zip") if one.is_file()) if path.is_dir() else []
        is_collection = zips and not any(path.rglob("*.json"))
        found.extend(zips if is_collection else [path])
    return found


def _keys(path: Path, limits: Limits | None) -> set[tuple[str, ...]]:
    try:
        with Archive([path], limits) as archive:
            return {_key(member) for member in archive.json_members()}
    except ArchiveError:
        return set()  # reported when all inputs are opened together


def _key(member: Member) -> tuple[str, ...]:
    """Return what names a file in every download: its folder and name.

    The file of an encrypted chat has the chat's name and a number, which may be another in every download.
    """
    name = member.location[-1]
    encrypted = re.fullmatch(r"(?!message_)(.+)_\d+\.json", name)
    return (encrypted[1],) if encrypted else member.location[-2:]

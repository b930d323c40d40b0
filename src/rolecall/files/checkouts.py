"""Whether files would be committed with the next `git add`: chats do not belong into a repository."""

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

_MOST_SECONDS = 10
# Of `git check-ignore`: some are ignored, none is; anything else is no answer.
_ANSWERS = (0, 1)


def git_notes(paths: Sequence[Path]) -> list[str]:
    """Return a sentence about those of some files that git does not ignore in its checkout; never an error.

    Where git is not installed, or does not answer for the folder, nobody can tell, and nothing is said.

    Args:
        paths: Of one folder; several, if the folder was made for them.
    """
    names = [path.name for path in paths]
    if not names:
        return []
    folder = paths[0].absolute().parent
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return []
    seen = [name for name in names if name not in _ignored(folder, names)]
    if not seen:
        return []
    what, pattern = (seen[0], seen[0]) if len(seen) == 1 else (f"{seen[0]} and {len(seen) - 1} more", "*")
    target = shlex.quote(str(folder / ".gitignore"))
    return [
        f"git does not ignore {what}; to keep words of chats out of commits:"
        f" echo {shlex.quote(pattern)} >> {target}"
    ]


def _ignored(folder: Path, names: Sequence[str]) -> Sequence[str]:
    """Return those names that git ignores in a folder; all of them, if it gives no answer."""
    # A checkout's own settings must not start a program of its choice.
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "check-ignore", "--stdin", "-z"]
    asked = "".join(f"./{name}\0" for name in names).encode()
    try:
        answer = subprocess.run(command, input=asked, capture_output=True, timeout=_MOST_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return names
    if answer.returncode not in _ANSWERS:
        return names
    return [path.removeprefix("./") for path in answer.stdout.decode().split("\0")]

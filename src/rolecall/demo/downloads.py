"""The invented person's downloads as files: two zips, the second taken two months after the first."""

import io
import zipfile
from importlib.resources import files
from pathlib import Path

from rolecall.files.outputs import check_target, writing

# The zip -> the trees in it; a file of a later tree stands in the place of an earlier one's.
DOWNLOADS = {"facebook-mirela.zip": ("archive",), "facebook-mirela-later.zip": ("archive", "later")}


def keep_downloads(folder: Path) -> list[Path]:
    """Write both downloads into a folder, the older first, and return their paths; their bytes never differ.

    Raises:
        OutputExists: Another file has one of the names.
    """
    paths = []
    for name, trees in DOWNLOADS.items():
        path, data = folder / name, _zip(trees)
        if not (path.is_file() and path.read_bytes() == data):
            with writing(check_target(path)) as output:
                output.write(data)
                output.finish()
                output.publish()
        paths.append(path)
    return paths


def _zip(trees: tuple[str, ...]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, path in sorted(_members(trees).items()):
            # Without the time at which the package was installed: everybody's zips are the same.
            archive.writestr(zipfile.ZipInfo(member), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _members(trees: tuple[str, ...]) -> dict[str, Path]:
    members: dict[str, Path] = {}
    for tree in trees:
        top = Path(str(files("rolecall.demo"))) / tree
        members |= {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
    return members

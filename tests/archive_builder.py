"""Archives for tests: threads of true text, written in the layouts that Facebook has used.

Source: FORMATS.md, variants A1, A2, A3 and L, and section 3.1 for the escapes.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Entry = dict[str, object]
Files = dict[str, bytes]

MESSAGES_FOLDERS = {
    "A1": "messages",
    "A2": "your_activity_across_facebook/messages",
    "A3": "your_facebook_activity/messages",
    "L": "",
}
PROFILE_PATH = "personal_information/profile_information/profile_information.json"
LAYOUTS = tuple(MESSAGES_FOLDERS)
# The people and the time of the sample chats.
OWNER = "Ilka Vrbenská"
FRIEND = "Dorian Ø. Maplethwaite"
START_MS = 1_700_000_000_000


@dataclass(frozen=True)
class ArchiveThread:
    """One chat as it is to stand in an archive, its texts true."""

    folder: str
    title: str
    participants: tuple[str, ...]
    entries: tuple[Entry, ...]
    """Oldest first."""
    section: str = "inbox"
    part_count: int = 1
    overlap: int = 0
    """Instants (entries, when `is_cut_inside`) that two neighbouring parts both hold."""
    is_cut_inside: bool = False
    """Whether a part may end within an instant."""
    fields: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the thread: `joinable_mode`, `image`, ..."""


def entry(sender: str, sent_at_ms: int, content: str | None = None, **fields: object) -> Entry:
    """One message object as the archive has it, without the fields that every message has."""
    made: Entry = {"sender_name": sender, "timestamp_ms": sent_at_ms}
    if content is not None:
        made["content"] = content
    return made | fields


def escape_like_facebook(text: str) -> str:
    """Return the text as it stands in a parsed file: one character below U+0100 for each UTF-8 byte."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def escaped(value: object) -> object:
    """Return a JSON value with every string in it escaped, keys aside."""
    if isinstance(value, str):
        return escape_like_facebook(value)
    if isinstance(value, Mapping):
        return {key: escaped(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(inner) for inner in value]
    return value


def json_bytes(value: object) -> bytes:
    """Return the bytes of one file: pure ASCII, indented as Facebook does."""
    return json.dumps(value, indent=2).encode("ascii")


def profile_files(name: str) -> Files:
    """Return the file that names the owner."""
    profile = {"profile_v2": {"name": {"full_name": name}}}
    return {PROFILE_PATH: json_bytes(escaped(profile))}


def instagram_profile_files(names: Mapping[str, str], folder: str = "account_information") -> Files:
    """Return the file that names the owner of an Instagram download: label -> name."""
    fields = {label: {"value": name} for label, name in names.items()}
    profile = {"profile_user": [{"string_map_data": fields}]}
    return {f"{folder}/personal_information.json": json_bytes(profile)}


def autofill_files(messages_folder: str) -> Files:
    """Return the form among the messages that names the owner, which only Facebook has."""
    form = {"autofill_information_v2": {"FULL_NAME": [OWNER]}}
    return {f"{messages_folder}/autofill_information.json": json_bytes(form)}


def below(top: str, files: Mapping[str, bytes]) -> Files:
    """Return the files as they lie below a folder."""
    return {f"{top}/{path}": data for path, data in files.items()}


def parts(thread: ArchiveThread) -> list[list[Entry]]:
    """Cut a thread into its parts, newest part first, each oldest first.

    Where an instant is cut, equal entries on both sides count as one, as those of overlapping parts do.
    """
    instants: list[list[Entry]] = []
    for made in thread.entries:
        is_same = bool(instants) and instants[-1][0]["timestamp_ms"] == made["timestamp_ms"]
        if is_same and not thread.is_cut_inside:
            instants[-1].append(made)
        else:
            instants.append([made])
    size = max(1, -(-len(instants) // thread.part_count))
    cut = []
    for begin in range(0, max(1, len(instants)), size):
        taken = instants[max(0, begin - thread.overlap) : begin + size]
        cut.append([made for instant in taken for made in instant])
    return cut[::-1]


def archive_files(threads: Iterable[ArchiveThread], layout: str = "A3") -> Files:
    """Return the message files of an archive: path inside it -> bytes."""
    files: Files = {}
    for thread in threads:
        if layout == "L":
            path = f"inbox/{thread.folder}/messages_{thread.folder}.json"
            files[path] = json_bytes(_thread_object(thread, list(thread.entries)))
            continue
        folder = f"{MESSAGES_FOLDERS[layout]}/{thread.section}/{thread.folder}"
        for number, entries in enumerate(parts(thread), start=1):
            newest_first = [_with_layout_fields(made, layout) for made in reversed(entries)]
            content = _thread_object(thread, newest_first)
            if layout == "A1":
                content["thread_type"] = "RegularGroup" if len(thread.participants) > 2 else "Regular"
            files[f"{folder}/message_{number}.json"] = json_bytes(escaped(content))
    return files


def _thread_object(thread: ArchiveThread, entries: list[Entry]) -> Entry:
    return {
        "participants": [{"name": name} for name in thread.participants],
        "messages": entries,
        "title": thread.title,
        "is_still_participant": True,
        "thread_path": f"{thread.section}/{thread.folder}",
        "magic_words": [],
        **thread.fields,
    }


def _with_layout_fields(made: Entry, layout: str) -> Entry:
    if layout == "A1":
        return {**made, "type": made.get("type", "Generic"), "is_unsent": made.get("is_unsent", False)}
    return {**made, "is_geoblocked_for_viewer": False, "is_unsent_image_by_messenger_kid_parent": False}


def write_folder(files: Mapping[str, bytes], root: Path, top: str = "") -> Path:
    """Write the files below `root` (or below `root/top`); return `root`."""
    for path, data in files.items():
        target = root / top / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root


def write_zip(files: Mapping[str, bytes], path: Path, top: str = "") -> Path:
    """Write the files into one zip, below the folder `top` if one is given; return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (below(top, files) if top else files).items():
            archive.writestr(name, data)
    return path


def write_zips(files: Mapping[str, bytes], folder: Path, count: int) -> list[Path]:
    """Deal the files out over several zips, as large downloads come; return their paths."""
    hands: Sequence[Files] = [{} for _ in range(count)]
    for number, (name, data) in enumerate(files.items()):
        hands[number % count][name] = data
    return [write_zip(hand, folder / f"facebook-{number}.zip") for number, hand in enumerate(hands, start=1)]


def damaged(data: bytes) -> bytes:
    """Return a file as a broken download leaves it: cut in the middle of a message."""
    return data[: len(data) * 2 // 3].rstrip(b"\n }]")


def dialogue(folder: str, count: int, start_ms: int = START_MS, part_count: int = 1) -> ArchiveThread:
    """A direct chat of numbered messages, one a minute."""
    entries = tuple(
        entry((FRIEND, OWNER)[number % 2], start_ms + number * 60_000, f"message {number}")
        for number in range(count)
    )
    return ArchiveThread(folder, FRIEND, (FRIEND, OWNER), entries, part_count=part_count)


def one_chat(*entries: Entry, people: tuple[str, ...] = (FRIEND, OWNER)) -> list[ArchiveThread]:
    """One chat of these entries."""
    return [ArchiveThread("dorian_6100000000000001", FRIEND, people, entries)]

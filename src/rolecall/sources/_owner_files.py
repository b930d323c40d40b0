"""Files of an archive that say whose it is. Source: FORMATS.md section 5."""

from typing import Any

from rolecall.archives.records import OwnerHint
from rolecall.sources._fields import inside
from rolecall.texts.repair import repair


def owner_hint(document: dict[str, Any]) -> OwnerHint | None:
    """Return the owner's names from a profile or the autofill form, or None when the file is neither."""
    for key in ("profile_v2", "profile"):
        name = inside(document, key, "name", "full_name")
        if isinstance(name, str):
            return OwnerHint(_distinct([name, *_earlier_names(document[key])]), rank=1)
    people = document.get("profile_user")
    if isinstance(people, list) and people:
        names = _instagram_names(inside(people[0], "string_map_data"))
        if names:
            return OwnerHint(_distinct(names), rank=1)
    form = inside(document, "autofill_information_v2", "FULL_NAME")
    if isinstance(form, list) and form and isinstance(form[0], str):
        return OwnerHint(_distinct(form[:1]), rank=2)
    return None


def _earlier_names(profile: object) -> list[object]:
    names = []
    for key in ("previous_names", "other_names"):
        listed = inside(profile, key)
        for item in listed if isinstance(listed, list) else []:
            names.append(item if isinstance(item, str) else inside(item, "name"))
    return names


def _instagram_names(fields: object) -> list[object]:
    """Return the display name, which chats use, then the user name.

    In some exports the labels, or some of them, are in the owner's language. Then every value but the user
    name may be the name, and the chats tell which it is.
    """
    if not isinstance(fields, dict):
        return []
    name, user_name = (inside(fields, key, "value") for key in ("Name", "Username"))
    if isinstance(name, str) and name:
        return [name, user_name]
    others = [inside(field, "value") for label, field in fields.items() if label != "Username"]
    return [*others, user_name]


def _distinct(names: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(repair(name) for name in names if isinstance(name, str) and name))

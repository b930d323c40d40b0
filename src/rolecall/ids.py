"""Ids made from content, so that loaders on several machines need not ask each other for the next number."""

from hashlib import blake2b

MAX_ID = (1 << 63) - 1


def make_id(*parts: str | int) -> int:
    """Return the 63-bit id of some parts: the same for the same parts, another for `1` than for `"1"`.

    Each part goes in with its kind and length, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = blake2b(digest_size=8)
    for part in parts:
        # A lone surrogate can stand in a name from the command line; it must not stop an id.
        text = str(part).encode("utf-8", "surrogatepass")
        digest.update(f"{'i' if isinstance(part, int) else 's'}{len(text)}:".encode())
        digest.update(text)
    return int.from_bytes(digest.digest()) & MAX_ID

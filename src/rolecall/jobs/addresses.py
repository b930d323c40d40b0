"""Who is meant, at which address, and with which key."""

import os
from urllib.parse import urlsplit

from rolecall.errors import UsageError
from rolecall.providers import Profile


def provider_for(provider: str | None, base_url: str | None) -> str:
    """Return the provider that is meant: the one named, else the server of an address, else OpenAI."""
    return provider or ("openai" if base_url is None else "compatible")


def address_of(profile: Profile, base_url: str | None) -> str:
    """Return the address that is meant, checked: the one given, else the provider's own."""
    if base_url is None and not profile.base_url:
        raise UsageError(
            f"{profile.label} has another address for everybody; give yours:"
            f" --base-url {profile.address_hint}"
        )
    return checked_address(profile.base_url if base_url is None else base_url)


def checked_address(address: str) -> str:
    """Return the address of a server without a slash at its end, or raise `UsageError`."""
    try:
        parts = urlsplit(address.strip())
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        is_address = False
    if not is_address:
        raise UsageError(f"not an address: {address!r}; write http://HOST/v1 or https://HOST/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(f"the address of {parts.hostname} may hold a path only: no name, password, ? or #")
    return address.strip().rstrip("/")


def has_key(profile: Profile, api_key: str | None) -> bool:
    """Return whether there is a key at all."""
    return bool((api_key or os.environ.get(profile.key_variable, "")).strip())


def key_for(profile: Profile, api_key: str | None = None) -> str:
    """Return the key for a provider: the argument, else the environment variable; it is never stored.

    Raises:
        UsageError: There is none, or it cannot be a key.
    """
    key = (os.environ.get(profile.key_variable, "") if api_key is None else api_key).strip()
    if not key:
        raise UsageError(f"no key for {profile.label}: set the environment variable {profile.key_variable}")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise UsageError(f"{profile.key_variable} holds blanks or letters that no key has; set it again")
    return key

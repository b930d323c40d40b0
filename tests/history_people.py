"""People, chats and messages of a random world (`histories`), as they are at each moment."""

from dataclasses import dataclass, field

from history_words import deleted_name


@dataclass
class Person:
    """Somebody's account, with the names it has had: (from when, name)."""

    number: int
    names: list[tuple[int, str]]
    platform: str = "facebook"
    deleted_at: int | None = None

    @property
    def user_name(self) -> str:
        """Return what Instagram's first downloads call them."""
        return f"user.{self.number}"

    def is_deleted(self, moment: int) -> bool:
        """Return whether the account is gone at a moment."""
        return self.deleted_at is not None and moment >= self.deleted_at

    def name(self, moment: int, language: str = "en") -> str:
        """Return what a download of that moment calls them."""
        if self.is_deleted(moment):
            return deleted_name(language, self.platform)
        return [name for since, name in self.names if since <= moment][-1]


@dataclass
class Said:
    """One message, and what became of it."""

    sent_at_ms: int
    person: Person
    kind: str
    """text, media, caption (words with a photo), share, link (typed), call or system."""
    bodies: list[tuple[int, str]]
    """What was typed; the key of the sentence for what was not."""
    about: Person | str = ""
    unsent_at: int | None = None
    reactions: list[tuple[int, Person, str]] = field(default_factory=list)

    def is_gone(self, moment: int) -> bool:
        """Return whether it is unsent at a moment."""
        return self.unsent_at is not None and moment >= self.unsent_at

    def body(self, moment: int) -> str:
        """Return its words at a moment."""
        return [body for since, body in self.bodies if since <= moment][-1]

    def reactions_at(self, moment: int) -> dict[int, tuple[Person, str]]:
        """Return the latest reaction of each person at a moment."""
        return {who.number: (who, emoji) for since, who, emoji in self.reactions if since <= moment}


@dataclass
class Chat:
    """A thread: its id on the platform, its people and messages, oldest first."""

    number: int
    platform: str
    people: list[Person]
    messages: list[Said] = field(default_factory=list)
    titles: list[tuple[int, str]] = field(default_factory=list)
    """Names of the group."""
    left: dict[int, int] = field(default_factory=dict)
    """Number of a person -> when they left."""
    encrypted_at: int | None = None

    @property
    def is_group(self) -> bool:
        """Return whether it is a group."""
        return len(self.people) > 2

    def members(self, moment: int) -> list[Person]:
        """Return who is in it at a moment, the owner first."""
        return [person for person in self.people if self.left.get(person.number, moment + 1) > moment]

    def title(self, moment: int, language: str) -> str:
        """Return what a download of that moment calls it."""
        if not self.is_group:
            return self.people[1].name(moment, language)
        return [title for since, title in self.titles if since <= moment][-1]

"""Sentences that nobody typed are told by their whole text, in the languages of the lists."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from rolecall import sentences
from rolecall.sentences import is_deleted_account, system_indexes

SENDER = "Dorian Ø. Maplethwaite"
ONE_WORD = "Dorian"
LISTS = sorted((Path(__file__).parents[1] / "src" / "rolecall" / "languages").glob("*.toml"))


def is_system_sentence(
    text: str, sender: str, people: Sequence[str] = (), others: Sequence[str] = ()
) -> bool:
    """Ask for one text, and for many at once, which must agree."""
    is_sentence = sentences.is_system_sentence(text, sender, people, others)
    texts, senders = pa.array(["what a day", text, text]), pa.array(["Wido", sender, sender])
    together = system_indexes(texts, senders.dictionary_encode(), people, others)
    assert together == ([1, 2] if is_sentence else [])
    return is_sentence


WRITTEN_BY_MESSENGER = [
    f"{SENDER} left the group.",
    f"{SENDER} named the group Boat. And more.",
    f"{SENDER} set the nickname for Pia-Linn Ostrava to Pip.",
    f"{SENDER} sent an attachment.",
    f"{SENDER} waved at you!",
    "You sent an attachment.",
    "You sent an attachment",
    "You called a contact.",
    "You called J. R. Ummelo.",
    "You missed a video call from Žofka Přívozná.",
    "Reacted 😆 to your message ",
    "Reacted 👩‍🚀 to your message",
    "Liked a message",
    "The video call ended.",
    "Video chat ended",
    "Video chat ended.",
    "Reacted \u2139\ufe0f to your message",
    "You added Ann Smith, Bob O'Neil and 3 others to the group.",
    "You called Ludwig van Beethoven.",
    "You created a poll: Where to?",
    "You created a poll: where to?",
    "You created a poll: Where to\n- or when?",
    f"{SENDER} created a poll: where\nto",
    f"{SENDER} shared a location.",
    f"{SENDER} dal(a) vaší zprávě To se mi líbí",
    "You are now connected on Messenger",
    "Say hi to your new Facebook friend, Wido Kestrelaar.",
    "Wysłałeś(aś) załącznik.",
    f"{SENDER} przesyła załącznik.",
    f"{SENDER} nadał(a) nazwę grupy Łódka.",
    "Twoja odpowiedź na wydarzenie Rejs: Wezmę udział",
    "A réagi 😂 à votre message ",
    "A aimé un message",
    f"{SENDER} a envoyé une pièce jointe",
    f"{SENDER} reagoval(a) na vaši zprávu 👍",
    "Dal(a) vaší zprávě To se mi líbí",
    f"{SENDER} opustila skupinu.",
    "Teď jste propojeni v Messengeru",
    f"{SENDER} hat einen Anhang gesendet.",
    f"{SENDER} envió un archivo adjunto.",
    f"{SENDER} đã rời khỏi nhóm.",
]
WRITTEN_BY_PEOPLE = [
    "I missed your call, sorry!",
    "You sent an attachment? I can't open it",
    "You sent an attachment. I can't open it.",
    "You called me yesterday.",
    "You called Ann. She was out.",
    "You called Ann yesterday and she was mad.",
    "You called Bob twice today, stop.",
    "You called Ann",
    "You called Ann?",
    "You called Ann!",
    "You called Bob :(",
    "You missed a call from Ann and did not call back",
    "You missed a call from Ann and did not call back.",
    "You named the group wrong lol",
    "You set your nickname to what?!",
    "You set the nickname for Bob to what",
    "You changed the theme to pink? Really?",
    "You created a poll: nobody voted, sorry",
    "You added Bob to the group? Why",
    "You added somebody to the group.",
    "You added the guy from work to the group.",
    "Vous avez appelé Ann hier, non ?",
    "Du hast die Gruppe falsch genannt",
    "Du hast Ann gestern angerufen.",
    "Twoja odpowiedź na wydarzenie mnie zaskoczyła",
    "Twoja odpowiedź na wydarzenie mnie zaskoczyła: nie idziesz",
    "You left.",
    "You left the group? Why?",
    "Reacted badly to your message",
    "so I Liked a message",
    "liked a message of yours",
    f"{SENDER} left the group early, as always",
    f"{SENDER} left the group. Finally!",
    f"{SENDER} added some wine. Cheers",
    f"{SENDER}left the group.",
    "Somebody Else left the group.",
    "left the group.",
    "he said: You sent an attachment.",
    "You sent an attachment.\nsee?",
    "The video call ended so suddenly",
    "Hat einen Anhang gesendet, oder?",
    "A aimé un message de trop",
    "",
    " ",
    SENDER,
    f"{SENDER} ",
]


@pytest.mark.parametrize("text", WRITTEN_BY_MESSENGER)
def test_what_messenger_writes_is_known(text: str) -> None:
    assert is_system_sentence(text, SENDER)


@pytest.mark.parametrize("text", WRITTEN_BY_PEOPLE)
def test_what_people_write_stays_theirs(text: str) -> None:
    assert not is_system_sentence(text, SENDER)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_sentence_of_a_list_is_found_alone_and_not_inside_a_longer_text(path: Path) -> None:
    fill = {"any": "boat", "title": "Boat", "question": "where to?", "emoji": "😆"}
    fill |= dict.fromkeys(("name", "member"), "Wido Kestrelaar")
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    for sentence in lists.get("after_member", ()):
        text = f"Wido Kestrelaar {sentence}"
        assert is_system_sentence(text, SENDER, ["Wido Kestrelaar"]), sentence
        assert not is_system_sentence(text, SENDER, ["Wido Kestrelaar"], others=[SENDER]), sentence
    for sentence in (*lists["after_sender"], *lists.get("after_member", ())):
        text = f"{SENDER} {sentence.format(**fill)}"
        assert is_system_sentence(text, SENDER), sentence
        assert not is_system_sentence(text, "Somebody Else"), sentence
    for sentence in lists["by_owner"]:
        assert not is_system_sentence(sentence.format(**fill), SENDER, others=[SENDER]), sentence
    for sentence in (*lists["by_owner"], *lists["whole"]):
        assert is_system_sentence(sentence.format(**fill), SENDER), sentence
        assert not is_system_sentence(f"so {sentence.format(**fill)}", SENDER), sentence
    assert all(is_deleted_account(name) for name in lists["deleted_accounts"])


def test_deleted_accounts_have_no_name_or_a_known_one() -> None:
    assert is_deleted_account("")
    assert is_deleted_account("Facebook user")
    assert not is_deleted_account("Facebook User Group")


def test_people_of_the_chat_need_no_capital_letter() -> None:
    assert not is_system_sentence("You called me yesterday.", SENDER, ["dorian ✨"])
    assert is_system_sentence("You added dorian ✨ to the group.", SENDER, ["ilka", "dorian ✨"])
    assert not is_system_sentence("You added dorian ✨ to the group.", SENDER, ["ilka"])
    assert not is_system_sentence("So you added dorian ✨ to the group.", SENDER, ["dorian ✨"])

"""Sentences that nobody typed are told by their whole text, in the languages of the lists."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from rolecall import sentences
from rolecall.sentences import is_deleted_account, system_indexes

SENDER = "Dorian Ø. Maplethwaite"
ONE_WORD = "dorian"
FRIEND = "Wido Kestrelaar"
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


# What people type of others too, so that of the owner it counts as typed.
ONLY_OF_OTHERS = {
    "cs": {"je teď správcem skupiny.", "už není správcem skupiny."},
    "de": {
        "hat {name} hinzugefügt.",
        "ist jetzt Admin.",
        "ist jetzt Gruppenadmin.",
        "ist kein Admin mehr.",
        "ist kein Gruppenadmin mehr.",
    },
    "en": {
        "added {name}.",
        "can now message and call each other and see info like Active Status and when you've read messages.",
        "created the plan.",
        "ended the call.",
        "left.",
        "missed a call.",
        "missed a video call.",
        "scored {any} in a game.",
        "scored {any} playing {any}.",
        "sold {title}.",
        "took a screenshot.",
    },
    "es": {
        "ahora es administrador del grupo.",
        "ahora es administradora del grupo.",
        "ya no es administrador del grupo.",
        "ya no es administradora del grupo.",
    },
    "fr": {"a ajouté {name}.", "est maintenant administrateur.", "n'est plus administrateur."},
    "it": {"non è più un amministratore del gruppo.", "ora è un amministratore del gruppo."},
    "nl": {"is geen groepsbeheerder meer.", "is nu groepsbeheerder."},
    "pl": {"jest teraz administratorem grupy.", "nie jest już administratorem grupy."},
    "pt": {
        "agora é administrador do grupo.",
        "agora é administradora do grupo.",
        "não é mais administrador do grupo.",
        "não é mais administradora do grupo.",
    },
    "sv": {"är inte längre gruppadministratör.", "är nu gruppadministratör."},
    "th": set(),
    "vi": {"hiện là quản trị viên nhóm.", "không còn là quản trị viên nhóm."},
}
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


every_list = pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)


def filled(sentence: str, **words: str) -> str:
    """Return a sentence of a list as it may stand in a chat."""
    fill = {"any": "Boat", "title": "Boat", "question": "where to?", "emoji": "😆", "number": "3"}
    return sentence.format(**{**fill, "name": FRIEND, "member": FRIEND, **words})


@every_list
def test_every_verb_is_known_for_others_and_for_the_owner(path: Path) -> None:
    people = [SENDER, FRIEND]
    for after_sender, *told_of_owner in read(path)["verbs"]:
        for name in (SENDER, ONE_WORD):
            text = f"{name} {filled(after_sender, any='boat')}"
            assert is_system_sentence(text, name, others=[name]), after_sender
            assert not is_system_sentence(text, "Somebody Else"), after_sender
            assert not is_system_sentence(f"so {text}", name), after_sender
        assert told_of_owner, after_sender
        for sentence in told_of_owner:
            text = filled(sentence)
            assert is_system_sentence(text, SENDER, people, others=[FRIEND]), sentence
            assert is_system_sentence(text, SENDER), sentence
            is_call = "{member}" in sentence
            assert is_system_sentence(text, FRIEND, people, others=[FRIEND]) == is_call, sentence
            assert not is_system_sentence(f"so {text}", SENDER, people), sentence
            if sentence.endswith((".", "!")):
                assert not is_system_sentence(f"{text} Why?", SENDER, people), sentence
                assert not is_system_sentence(f"{text[:-1]}?", SENDER, people), sentence


@every_list
def test_what_is_told_of_the_owner_holds_no_words_of_the_owners(path: Path) -> None:
    """A full stop is needed where words differ, and names must be names."""
    for _, *told_of_owner in read(path)["verbs"]:
        for sentence in told_of_owner:
            free = {"title": "something", "name": "somebody", "member": "somebody", "number": "more"}
            if free.keys() & set(re.findall(r"{(\w+)}", sentence)):
                assert not is_system_sentence(filled(sentence, **free), SENDER, [SENDER, FRIEND]), sentence
            differs = set(re.findall(r"{(\w+)}", sentence)) - {"emoji"}
            if differs and sentence.endswith("."):
                assert not is_system_sentence(filled(sentence)[:-1], SENDER, [SENDER, FRIEND]), sentence


@every_list
def test_only_what_people_type_of_the_owner_too_has_no_second_person(path: Path) -> None:
    lists = read(path)
    assert set(lists.get("after_sender", ())) == ONLY_OF_OTHERS[path.stem]
    assert set(lists.get("after_member", ())) <= {verb[0] for verb in lists["verbs"]}
    for sentence in lists.get("after_sender", ()):
        assert is_system_sentence(f"{SENDER} {filled(sentence)}", SENDER, others=[SENDER]), sentence


@every_list
def test_every_sentence_of_a_list_is_found_alone_and_not_inside_a_longer_text(path: Path) -> None:
    lists = read(path)
    for sentence in lists.get("after_member", ()):
        text = f"Wido Kestrelaar {sentence}"
        assert is_system_sentence(text, SENDER, ["Wido Kestrelaar"]), sentence
        assert not is_system_sentence(text, SENDER, ["Wido Kestrelaar"], others=[SENDER]), sentence
    for sentence in lists["whole"]:
        assert is_system_sentence(filled(sentence), SENDER), sentence
        assert not is_system_sentence(f"so {filled(sentence)}", SENDER), sentence
    assert all(is_deleted_account(name) for name in lists["deleted_accounts"])


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "L\u2019appel vidéo est terminé.",
        "L'appel vidéo est terminé.",
        "Vous avez rejoint l\u2019appel.",
        f"{SENDER} a quitté l\u2019appel.",
        f"{SENDER} a créé un sondage\u00a0: Où ?",
        f"{SENDER} wasn\u2019t notified about this message because they\u2019re in quiet mode.",
        "You responded Can\u2019t Go to Boat.",
        "You voted for \u201cSea\u201d in the poll.",
        'You voted for "Sea" in the poll.',
        "Du hast in der Umfrage für \u201eSee\u201c gestimmt.",
        "Vous avez voté pour «\u00a0Mer\u00a0» dans le sondage.",
    ],
)
def test_apostrophes_quotation_marks_and_blanks_may_be_the_typographers(text: str) -> None:
    assert is_system_sentence(text, SENDER)


def test_deleted_accounts_have_no_name_or_a_known_one() -> None:
    assert is_deleted_account("")
    assert is_deleted_account("Facebook user")
    assert not is_deleted_account("Facebook User Group")


def test_people_of_the_chat_need_no_capital_letter() -> None:
    assert not is_system_sentence("You called me yesterday.", SENDER, ["dorian ✨"])
    assert is_system_sentence("You added dorian ✨ to the group.", SENDER, ["ilka", "dorian ✨"])
    assert not is_system_sentence("You added dorian ✨ to the group.", SENDER, ["ilka"])
    assert not is_system_sentence("So you added dorian ✨ to the group.", SENDER, ["dorian ✨"])

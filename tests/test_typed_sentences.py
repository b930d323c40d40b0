"""What looks like a sentence of Messenger's may be typed: sender, people and what stands beside it tell."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from archive_builder import (
    FRIEND,
    OWNER,
    START_MS,
    Entry,
    archive_files,
    entry,
    one_chat,
    profile_files,
    write_folder,
)
from archive_builder import json_bytes as as_json
from snapshots import column

from rolecall import sentences
from rolecall.api import Store
from rolecall.sentences import is_sentence_about_sender, is_system_sentence, system_indexes

pytestmark = pytest.mark.python_only

PHOTO = [{"uri": "messages/x/1.jpg", "creation_timestamp": 1}]
LINK = {"link": "https://example.org"}
THIRD = "Wido Kestrelaar"
BY_OWNER = [
    "You named the group Boat crew.",
    "You sent an attachment.",
    "You set your nickname to Boss.",
    "You created a poll: Where to?",
    "Du hast die Gruppe verlassen.",
]


# In the second person, close to what the lists tell of the owner.
TYPED = {
    "en": [
        "You left the stove on again",
        "You left early.",
        "You left the call early, didn't you?",
        "You marked the wrong page.",
        "You marked the listing as sold, right?",
        "You marked the listing as Lost.",
        "You missed a video worth seeing",
        "You missed a call",
        "You missed an audio call, listen to it.",
        "You're no longer an admin, sorry",
        "You named the group wrong.",
        "You named the group after my cat.",
        "You changed the theme to something ugly.",
        "You sent too many photos.",
        "You sent the wrong photos.",
        "You set the emoji to :).",
        "You set the emoji to a cat.",
        "You created a plan: nobody came.",
        "You voted for Ann in the poll.",
        "You turned on disappearing messages. Why?",
        "You updated the plan to Friday.",
        "You deleted the plan for Monday.",
        "You added Wido.",
        "You sold Wido's bike.",
        "You replied to his story.",
        "You took a screenshot",
        "You scored 5 points playing basketball.",
        "You ended the call.",
    ],
    "fr": [
        "Vous avez raison.",
        "Vous avez quitté la fête trop tôt.",
        "Vous avez rejoint l'appel trop tard.",
        "Vous avez nommé le groupe n'importe comment.",
        "Vous avez appelé Ann hier.",
        "Vous avez envoyé trop de photos.",
        "Vous avez manqué un appel important.",
        "Vous avez ajouté du sel.",
        "Vous avez ajouté Wido.",
        "Tu as quitté le groupe sans rien dire.",
        "Vous n'êtes plus là.",
    ],
    "de": [
        "Du hast die Gruppe falsch genannt",
        "Du hast die Gruppe falsch genannt.",
        "Du hast recht.",
        "Du hast den Anruf verpasst.",
        "Du hast ein Foto vergessen.",
        "Du hast zu viele Fotos gesendet.",
        "Du hast den Herd angelassen",
        "Du hast gestern angerufen.",
        "Du hast Wido hinzugefügt.",
        "Du hast den falschen Artikel als verkauft markiert.",
        "Du bist kein Admin mehr.",
        "Du bist der Beste.",
    ],
    "pl": [
        "Opuściłeś lekcję.",
        "Opuściłaś grupę za wcześnie.",
        "Wysłałeś mi zły załącznik.",
        "Wysłałaś zdjęcie do złej grupy.",
        "Nie odebrałeś.",
        "Nie odebrałaś połączenia od mamy.",
        "Zmieniłeś motyw na jakiś brzydki.",
        "Nadałaś grupie nazwę bez sensu.",
        "Dodałeś kogoś do grupy.",
        "Zmieniłeś godzinę planu na później.",
        "Nie jesteś już administratorem.",
    ],
    "cs": [
        "Opustili jste skupinu moc brzy.",
        "Poslal jste mi špatnou fotku.",
        "Poslali jste fotku, díky!",
        "Zmeškali jste autobus.",
        "Zmeškala jste hovor od šéfa.",
        "Pojmenovali jste skupinu nějak divně.",
        "Přidali jste někoho do skupiny.",
        "Změnil jste motiv na něco ošklivého.",
        "Zavolali jste pozdě.",
        "Už nejste správce.",
    ],
    "es": [
        "Saliste del grupo sin avisar.",
        "Saliste de casa muy temprano.",
        "Perdiste una llamada importante.",
        "Llamaste a las tres.",
        "Enviaste la foto equivocada.",
        "Enviaste muchas fotos.",
        "Nombraste al grupo como te dio la gana.",
        "Cambiaste el tema a propósito.",
        "Marcaste este artículo como favorito.",
        "Te uniste tarde.",
        "Ya no eres administrador.",
    ],
    "it": [
        "Hai ragione.",
        "Hai abbandonato il gruppo troppo presto.",
        "Hai chiamato tardi.",
        "Hai perso una chiamata da mia mamma.",
        "Hai inviato la foto sbagliata.",
        "Hai inviato troppe foto.",
        "Hai chiamato il gruppo in modo strano.",
        "Hai cambiato il tema in qualcosa di brutto.",
        "Hai aggiunto qualcuno al gruppo.",
        "Non sei più amministratore.",
    ],
    "nl": [
        "Je hebt gelijk.",
        "Je hebt de groep te vroeg verlaten.",
        "Je hebt een oproep gemist van mijn moeder.",
        "Je hebt gisteren gebeld.",
        "Je hebt de verkeerde foto verzonden.",
        "Je hebt te veel foto's verzonden.",
        "Je hebt de groep raar genoemd.",
        "Je hebt het thema gewijzigd in iets lelijks.",
        "Je neemt deel aan alles.",
        "Je bent geen beheerder meer.",
    ],
    "pt": [
        "Você tem razão.",
        "Você saiu do grupo sem avisar.",
        "Você ligou para mim?",
        "Você perdeu uma ligação de trabalho.",
        "Você enviou a foto errada.",
        "Você enviou muitas fotos.",
        "Você nomeou o grupo de qualquer jeito.",
        "Você adicionou alguém ao grupo.",
        "Enviaste a foto errada.",
        "Você não é mais administrador.",
    ],
    "sv": [
        "Du lämnade spisen på igen",
        "Du lämnade gruppen för tidigt.",
        "Du missade ett samtal från mamma.",
        "Du ringde igår.",
        "Du skickade fel bilaga.",
        "Du skickade många foton.",
        "Du döpte gruppen till något konstigt.",
        "Du ändrade temat till något fult.",
        "Du lade till någon i gruppen.",
        "Du är inte administratör längre.",
    ],
    "vi": [
        "Bạn đã ăn cơm chưa?",
        "Bạn đã rời khỏi nhóm rồi à",
        "Bạn đã gửi ảnh sai rồi.",
        "Bạn đã gửi nhiều ảnh.",
        "Bạn đã bỏ lỡ cuộc gọi từ mẹ tôi.",
        "Bạn đã đặt tên nhóm là gì thế.",
        "Bạn đã gọi cho ai vậy?",
        "Bạn đã thêm ai đó vào nhóm.",
        "Bạn không còn là quản trị viên.",
    ],
    "th": [
        "คุณส่งไฟล์แนบมาแล้วหรือยัง",
        "คุณส่งไฟล์แนบผิด",
        "คุณเริ่มการโทรด้วยเสียงก่อนนะ",
        "คุณไม่ได้รับสาย",
        "คุณอยู่ไหน",
        "ถูกใจข้อความนี้มาก",
        "คุณ",
    ],
}


def test_of_every_language_there_are_words_of_peoples_in_the_second_person() -> None:
    lists = sorted(Path(sentences.__file__).parents[1].joinpath("languages").glob("*.toml"))
    assert {path.stem for path in lists} == TYPED.keys()
    assert min(map(len, TYPED.values())) > 5


@pytest.mark.parametrize("text", [text for texts in TYPED.values() for text in texts])
def test_what_the_owner_types_in_the_second_person_stays_the_owners(text: str) -> None:
    for people in ([OWNER, FRIEND, THIRD], [OWNER, FRIEND], []):
        assert not is_system_sentence(text, OWNER, people)
        assert indexes([text], [OWNER], people) == []


def kinds(
    store: Store, folder: Path, *entries: Entry, people: tuple[str, ...] = (FRIEND, OWNER), **files: bytes
) -> list[object]:
    """Import one chat without saying who the owner is; return its messages' kinds."""
    archive = archive_files(one_chat(*entries, people=people))
    store.import_archives([write_folder(archive | files, folder)])
    return column(store, "select kind from messages order by sent_at_ms")


@pytest.mark.parametrize("text", BY_OWNER)
def test_what_the_owner_does_stands_under_no_other_name(text: str, store: Store, tmp_path: Path) -> None:
    """A chat of two is named after the other one."""
    entries = [entry(OWNER, START_MS, text), entry(FRIEND, START_MS + 1, text)]
    assert kinds(store, tmp_path, *entries) == ["system", "text"]


@pytest.mark.parametrize("is_told", [False, True])
def test_in_a_group_the_profile_or_the_user_tells_who_the_owner_is(
    is_told: bool, store: Store, tmp_path: Path
) -> None:
    people = (FRIEND, THIRD, OWNER)
    entries = [entry(name, START_MS + index, BY_OWNER[0]) for index, name in enumerate(people)]
    files = archive_files(one_chat(*entries, people=people)) | ({} if is_told else profile_files(OWNER))
    store.import_archives([write_folder(files, tmp_path)], me=[OWNER] if is_told else [])
    assert column(store, "select kind from messages order by sent_at_ms") == ["text", "text", "system"]


def test_calls_stand_under_who_made_them_and_name_somebody_in_the_chat(store: Store, tmp_path: Path) -> None:
    texts = [
        (OWNER, f"You called {FRIEND}."),
        (FRIEND, f"You missed a call from {FRIEND}."),
        (FRIEND, "You missed a video call from Dorian."),
        (FRIEND, "You called a contact."),
        (FRIEND, "You called Mom."),
        (OWNER, "You called Wido Kestrelaar."),
    ]
    entries = [entry(sender, START_MS + index, text) for index, (sender, text) in enumerate(texts)]
    assert kinds(store, tmp_path, *entries) == ["system"] * 4 + ["text"] * 2


def indexes(texts: list[str], senders: list[str], people: Sequence[str] = ()) -> list[int]:
    return system_indexes(pa.array(texts), pa.array(senders).dictionary_encode(), people)


def test_where_somebody_is_known_no_more_a_call_may_have_been_theirs() -> None:
    people = ["Facebook user", OWNER]
    assert indexes(["You called Wido Kestrelaar."], [OWNER], people) == [0]
    assert indexes(["You called Wido Kestrelaar."], [OWNER], [FRIEND, OWNER]) == []


IN_ANY_LANGUAGE = [
    f"{FRIEND} lähetti liitteen.",
    f"{FRIEND} har sendt en vedhæftet fil.",
    f"{FRIEND} bir ek gönderdi.",
    f"{FRIEND} надіслала вкладення.",
    f"{FRIEND} शेयर किया।",
    f"{FRIEND}さんが写真を送信しました。",
    f"{FRIEND} 傳送了附件。",
]
OF_PEOPLE = [
    f"{FRIEND} Lähetti liitteen.",
    f"{FRIEND} lähetti\nliitteen.",
    f"{FRIEND} here.",
    f"{FRIEND}, nice to meet you.",
    f"{FRIEND} z tej strony.",
    f"{FRIEND} and I went to the lake.",
    f"{FRIEND}: lähetti liitteen.",
    f"{FRIEND}ella on liite.",
    "Somebody Else lähetti liitteen.",
]
NO_WHOLE_SENTENCE = [
    f"{FRIEND} lähetti liitteen",
    f"{FRIEND} lähetti liitteen!",
    f"{FRIEND} lähetti liitteen...",
    f"{FRIEND} lähetti liitteen. Hyvä.",
]


@pytest.mark.parametrize("text", IN_ANY_LANGUAGE)
def test_the_senders_full_name_and_a_verb_make_a_sentence_in_any_language(text: str) -> None:
    assert indexes([text], [FRIEND]) == [0]
    assert is_sentence_about_sender(text, FRIEND, has_more=True)


@pytest.mark.parametrize("text", OF_PEOPLE)
def test_people_who_begin_with_their_own_name_are_people(text: str) -> None:
    assert indexes([text], [FRIEND]) == []
    assert not is_sentence_about_sender(text, FRIEND, has_more=True)


@pytest.mark.parametrize("text", NO_WHOLE_SENTENCE)
def test_beside_nothing_only_a_whole_sentence_counts(text: str) -> None:
    assert indexes([text], [FRIEND]) == []
    assert is_sentence_about_sender(text, FRIEND, has_more=True)


def test_a_name_of_one_word_may_be_a_word() -> None:
    assert indexes(["Will be there."], ["Will"]) == []
    assert not is_sentence_about_sender("Will send more", "Will", has_more=True)
    assert not is_sentence_about_sender("Will be there.", "Will", has_more=True)
    assert is_sentence_about_sender("Will lähetti liitteen.", "Will", has_more=True)


THAI = "ลลิน ทองวารี"
WITHOUT_STOPS = [
    (FRIEND, f"{FRIEND} เปลี่ยนรูปภาพกลุ่ม"),
    (FRIEND, f"{FRIEND} ตั้งชื่อกลุ่มว่า Boat crew"),
    (THAI, f"{THAI} ออกจากกลุ่ม"),
    (THAI, f"{THAI}ออกจากกลุ่มแล้ว "),
    (FRIEND, f"{FRIEND} ອອກຈາກກຸ່ມ"),
    (FRIEND, f"{FRIEND} បានចាកចេញពីក្រុម"),
]
OF_PEOPLE_WITHOUT_STOPS = [
    f"{THAI} ครับ",
    f"{THAI}ครับ",
    f"{THAI} ค่ะ 🙏",
    f"{THAI} เองค่ะ",
    f"{THAI} เป็นเพื่อนของวิโด",
    f"{THAI} อยู่บ้าน",
    f"{THAI} ส่งงานแล้วนะคะ",
    f"{THAI} ส่งแล้วครับ ขอบคุณมาก",
    f"{THAI} ส่งงานแล้ว!",
    f"{THAI} ออกจากกลุ่มหรือยัง?",
    f"{THAI} ออกแล้ว 555",
    f"{THAI} ห้อง 4/2",
    f"{THAI} โทร 081-234-5678",
    f"{THAI} 99/9 หมู่ 5",
    f"{THAI}\nออกจากกลุ่ม",
    f"{THAI} ออกจากกลุ่ม. เสียใจ",
    "ลลิน ออกจากกลุ่ม",
]


@pytest.mark.parametrize(("sender", "text"), WITHOUT_STOPS)
def test_a_script_without_full_stops_needs_none(sender: str, text: str) -> None:
    assert indexes([text], [sender]) == [0]


@pytest.mark.parametrize("text", OF_PEOPLE_WITHOUT_STOPS)
def test_in_a_script_without_full_stops_people_who_give_their_name_are_people(text: str) -> None:
    assert indexes([text], [THAI]) == []


def test_of_a_name_of_one_word_a_script_without_full_stops_tells_nothing() -> None:
    assert indexes(["ลลิน ออกจากกลุ่ม"], ["ลลิน"]) == []
    assert not is_sentence_about_sender("ลลิน ว่ายน้ำ", "ลลิน", has_more=True)
    assert not is_sentence_about_sender(f"{THAI} ครับ", THAI, has_more=True)


@pytest.mark.parametrize("text", [*IN_ANY_LANGUAGE, *NO_WHOLE_SENTENCE])
def test_beside_what_is_shared_or_attached_such_a_sentence_is_no_text(
    text: str, store: Store, tmp_path: Path
) -> None:
    entries = [
        entry(FRIEND, START_MS, text, share=LINK),
        entry(FRIEND, START_MS + 1, text, photos=PHOTO),
        entry(FRIEND, START_MS + 2, "so blue", photos=PHOTO),
        entry(FRIEND, START_MS + 3, OF_PEOPLE[2], photos=PHOTO),
    ]
    assert kinds(store, tmp_path, *entries) == ["share", "media", "text", "text"]
    assert column(store, "select body from messages order by sent_at_ms") == [
        None,
        None,
        "so blue",
        OF_PEOPLE[2],
    ]


def test_in_encrypted_chats_neither_names_nor_the_owners_doings_under_another_name_make_a_sentence(
    store: Store, tmp_path: Path
) -> None:
    said = [
        {"senderName": FRIEND, "timestamp": START_MS, "text": text, "type": "text"}
        for text in (IN_ANY_LANGUAGE[0], BY_OWNER[0])
    ]
    chat = {"participants": [OWNER, FRIEND], "threadName": "Dorian_1", "messages": said}
    store.import_archives([write_folder({"Dorian_1.json": as_json(chat)}, tmp_path)])
    assert column(store, "select distinct kind from messages") == ["text"]
    assert not is_system_sentence(IN_ANY_LANGUAGE[0], FRIEND)


def test_a_sentence_that_an_earlier_version_took_for_words_is_mended_when_read_again(
    store: Store, tmp_path: Path
) -> None:
    entries = [
        entry(FRIEND, START_MS, IN_ANY_LANGUAGE[0], photos=PHOTO),
        entry(FRIEND, START_MS + 1, IN_ANY_LANGUAGE[0]),
    ]
    assert kinds(store, tmp_path, *entries) == ["media", "system"]
    with store.database.transaction() as connection:
        connection.exec_driver_sql(f"update messages set kind = 'text', body = '{IN_ANY_LANGUAGE[0]}'")
    store.import_archives([tmp_path], is_again=True)
    assert column(store, "select kind from messages order by sent_at_ms") == ["media", "system"]


ONE_WORD_NAMES = [
    "lena shared a story.",
    "lena is in quiet mode.",
    "lena wasn't notified about this message because they're in quiet mode.",
    "lena missed an audio call",
    "lena left the video chat",
    "lena เริ่มการโทรด้วยเสียง",
]


@pytest.mark.parametrize("text", ONE_WORD_NAMES)
def test_after_a_name_of_one_word_a_list_tells(text: str) -> None:
    assert indexes([text, f"{text} again"], ["lena", "lena"]) == [0]
    assert indexes([text], ["somebody"]) == []


def test_a_call_that_nobody_took_stands_under_who_called(store: Store, tmp_path: Path) -> None:
    texts = [
        (OWNER, f"{FRIEND} missed your call."),
        (OWNER, f"{FRIEND} missed your call, as always."),
        (FRIEND, f"{OWNER} missed your call."),
    ]
    entries = [entry(sender, START_MS + index, text) for index, (sender, text) in enumerate(texts)]
    assert kinds(store, tmp_path, *entries) == ["system", "text", "text"]

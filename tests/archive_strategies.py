"""Random archives: clean ones, which the tutorial's loader reads too, and wild ones, as people have them."""

from dataclasses import dataclass

from archive_builder import ArchiveThread, Entry, Files, archive_files, entry
from hypothesis import strategies as st

NAMES = ("Orso Quellin", "Pia-Linn Ostrava", "Bex Tarnowhite", "J. R. Ummelo", "Wido Kestrelaar")
WILD_NAMES = (
    *NAMES[:3],
    "Žofka Přívozná",
    "Ngô Bích Thuỷ",
    "علي مرجانة",
    "Kostis 🌿 Vlachórix",
    "Facebook user",
    "",
)
ASCII_BLANKS = " \t\n\r"
# Printable ASCII, the blanks that the tutorial strips, and DEL, which it does not.
CLEAN_CHARACTERS = "".join(chr(code) for code in range(32, 128)) + ASCII_BLANKS
FIRST_MS = 1_600_000_000_000


@dataclass(frozen=True)
class RandomArchive:
    """Threads, whose archive they are, and the layout to write them in."""

    owner: str
    layout: str
    threads: tuple[ArchiveThread, ...]

    def files(self) -> Files:
        """The message files of the archive."""
        return archive_files(self.threads, self.layout)


def _clean_texts() -> st.SearchStrategy[str]:
    words = st.sampled_from(
        ("ok", "see you at nine?", 'she said "no"', "a\\b", "100%", "{}", "'", "x: y", "two\n\nlines")
    )
    return st.one_of(
        words,
        st.text(CLEAN_CHARACTERS, min_size=1, max_size=12),
        st.text(ASCII_BLANKS, min_size=1, max_size=3),
        st.builds(
            "{}{}{}".format, st.text(ASCII_BLANKS, max_size=2), words, st.text(ASCII_BLANKS, max_size=2)
        ),
    )


@st.composite
def _clean_thread(draw: st.DrawFn, number: int, owner: str) -> ArchiveThread:
    others = draw(
        st.lists(
            st.sampled_from([name for name in NAMES if name != owner]), min_size=1, max_size=3, unique=True
        )
    )
    people = (*others, owner)
    senders = draw(st.sampled_from((people, people, people, (owner,), tuple(others))))
    length = draw(st.sampled_from((0, 1, 9, 16, 30, 45)))
    # Who speaks next, counted from who spoke: mostly somebody else, so that turns are many.
    steps = st.sampled_from((0, 1, 1, 2))
    said = draw(st.lists(st.tuples(steps, _clean_texts()), min_size=length, max_size=length))
    sent_at_ms = draw(st.sampled_from((FIRST_MS, FIRST_MS, 1_000_000_000_000, 16_747_555_051_500)))
    entries = []
    speaker = 0
    for step, content in said:
        speaker = (speaker + step) % len(senders)
        sent_at_ms += draw(st.sampled_from((1, 100, 60_000, 86_400_000)))
        entries.append(entry(senders[speaker], sent_at_ms, content))
    title = others[0] if len(others) == 1 else "three and more"
    return ArchiveThread(f"chat{number}_{6_000_000_000_000_000 + number}", title, people, tuple(entries))


@st.composite
def clean_archives(draw: st.DrawFn) -> RandomArchive:
    """Archives that the tutorial reads without loss.

    ASCII texts that people typed, never empty, though blank ones occur; one part a thread; everything below
    inbox/; distinct times within a thread; no other blanks at the ends of a text than those of ASCII.
    """
    owner = draw(st.sampled_from(NAMES))
    count = draw(st.integers(1, 4))
    threads = tuple(draw(_clean_thread(number, owner)) for number in range(count))
    return RandomArchive(owner, draw(st.sampled_from(("A1", "A2", "A3", "L"))), threads)


def _wild_texts() -> st.SearchStrategy[str]:
    known = st.sampled_from(
        (
            "Příliš žluťoučký kůň",
            "Hoàng hôn ở Huế",
            "مرحبا",
            "नमस्ते",
            "お茶にする",
            "Καλημέρα",
            "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "e\u0301 é",
            '"quoted" \\ back\\u00e9',
            "Ã© typed so",
            "\x00\x01\x1b[0m",
            "\ud83d alone",
            "\u2028\u0085\u00a0",
            "\r\n\t",
            "",
        )
    )
    return st.one_of(known, st.text(max_size=8), st.text(st.characters(exclude_categories=()), max_size=4))


def _wild_fields() -> st.SearchStrategy[Entry]:
    photo = {
        "uri": "your_facebook_activity/messages/inbox/gone/photos/1.jpg",
        "creation_timestamp": 1_600_000_000,
    }
    link: Entry = {"share": {"link": "https://example.org/č?q=1"}}
    return st.sampled_from(
        (
            {},
            {"photos": [photo, photo]},
            {"sticker": {"uri": "messages/stickers_used/369239263222822.png", "ai_stickers": []}},
            {"gifs": [{"uri": "../../etc/passwd"}], "files": [{"uri": "https://example.org/f.pdf"}]},
            link,
            {"share": {"share_text": "Last updated 8 May"}},
            {"call_duration": 61},
            {"call_duration": 0, "missed": True},
            {"is_unsent": True},
            {"is_taken_down": True},
            {
                "reactions": [
                    {"reaction": "❤", "actor": NAMES[0]},
                    {"reaction": "👩‍🚀", "actor": "Somebody Gone"},
                ]
            },
        )
    )


@st.composite
def _wild_thread(draw: st.DrawFn, number: int, owner: str, has_cuts: bool) -> ArchiveThread:
    others = draw(st.lists(st.sampled_from(WILD_NAMES), max_size=3, unique=True))
    people = (*(name for name in others if name != owner), owner)
    senders = st.sampled_from((*people, "Left Longago"))
    # Few instants, so that equal times are common; other years for other threads.
    times = st.integers(0, 12).map(lambda step: FIRST_MS + number * 100_000_000_000 + step * 1000)
    contents = st.one_of(st.none(), _wild_texts(), _wild_texts(), st.sampled_from(senders_sentences(people)))
    drawn = draw(st.lists(st.tuples(times, senders, contents, _wild_fields()), max_size=14))
    entries = tuple(
        entry(sender, time, text, **fields)
        for time, sender, text, fields in sorted(drawn, key=lambda d: d[0])
    )
    section = draw(
        st.sampled_from(("inbox", "archived_threads", "message_requests", "filtered_threads", "e2ee_cutover"))
    )
    folder = draw(
        st.sampled_from(
            (
                f"chat_{6_000_000_000_000_000 + number}",
                f"chat{number}_c9g_s2q-f{number}",
                f"{10**15 + number}",
            )
        )
    )
    part_count, overlap = draw(st.sampled_from(((1, 0), (2, 0), (3, 1))))
    title = draw(_wild_texts())
    is_cut_inside = has_cuts and draw(st.booleans())
    return ArchiveThread(
        folder, title, people, _calls_apart(entries), section, part_count, overlap, is_cut_inside
    )


def _calls_apart(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the entries without a second call of somebody at one time: nobody makes two at once."""
    seen: set[tuple[object, object]] = set()
    kept = []
    for said in entries:
        call = (said.get("sender_name"), said.get("timestamp_ms"))
        if "call_duration" not in said or call not in seen:
            kept.append(said)
        if "call_duration" in said:
            seen.add(call)
    return tuple(kept)


def senders_sentences(people: tuple[str, ...]) -> tuple[str, ...]:
    """Sentences that Facebook writes in the name of these people."""
    named = (
        f"{people[0]} left the group.",
        f"{people[-1]} named the group Boat.",
        f"{people[0]} sent an attachment.",
    )
    return (*named, "You sent an attachment.", "Reacted 😆 to your message ", "Liked a message")


@st.composite
def wild_archives(draw: st.DrawFn, has_cuts: bool = False) -> RandomArchive:
    """Archives as people have them: every script, broken characters, equal times, overlapping parts.

    With `has_cuts`, parts may end within an instant.
    """
    owner = draw(st.sampled_from(NAMES))
    threads = tuple(draw(_wild_thread(number, owner, has_cuts)) for number in range(draw(st.integers(1, 3))))
    return RandomArchive(owner, draw(st.sampled_from(("A1", "A2", "A3"))), threads)

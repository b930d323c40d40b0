"""The key in every form in which a server may send it back: nobody gets to see it, and no store holds it."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from command_line import Keyboard
from fake_provider import FakeProvider, Fault, fake_provider
from job_bench import CREATE, MODEL, TRAINING, Bench, running_bench
from servers import url_of

from rolecall.api import Store
from rolecall.errors import CallFailed
from rolecall.providers import connect, profile_named

pytestmark = pytest.mark.python_only

# Unlike any key that is known by its looks, and with characters that each form writes in its own way.
KEY = "ab+/~?>f9Q-w_zz==&x%7"
PLAIN = "nobodys0key0123456789"


def in_small(encoded: str) -> str:
    """Return a percent-encoded text with its hexadecimals in small letters."""
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)


def forms_of(key: str) -> list[str]:
    """Return the key as servers write it in a text of their own."""
    hexes = "".join(f"%{ord(character):02X}" for character in key)
    mixed = "".join(f"%{ord(character):02x}" if at % 2 else character for at, character in enumerate(key))
    once = quote(key, safe="")
    forms = [key, once, in_small(once), hexes, in_small(hexes), mixed, quote(once, safe="")]
    forms.append("".join(f"\\u{ord(character):04x}" for character in key))
    forms += ["".join(f"&#{ord(character)};" for character in key)]
    forms += ["".join(f"&#x{ord(character):X};" for character in key)]
    for text in (key, f"Bearer {key}", f"me:{key}", f"{key}:"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(text.encode()).decode()
            within = quote(encoded, safe="")
            forms += [encoded, encoded.rstrip("="), within, in_small(within)]
    return forms


def remains(form: str) -> str:
    """Return what must not be left of a form: its middle."""
    return form[len(form) // 3 : 2 * len(form) // 3]


FORMS = [
    pytest.param(key, form, id=f"{at}-{number}")
    for at, key in enumerate((KEY, PLAIN))
    for number, form in enumerate(dict.fromkeys(forms_of(key)))
]


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as running:
        yield running


@pytest.mark.parametrize(("key", "form"), FORMS)
def test_no_form_of_the_key_is_left_in_a_text(key: str, form: str) -> None:
    from rolecall.providers._secrets import KeyHider

    said = KeyHider(key).text(f"Wrong key {form}, said the server")
    assert remains(form) not in said
    assert said.startswith("Wrong key ")
    assert said.endswith(", said the server")
    assert "[key]" in said


@pytest.mark.parametrize("size", [1, 2, 5, 11])
def test_a_key_that_comes_in_pieces_is_hidden_and_nothing_else_is_lost(size: int) -> None:
    from rolecall.providers._secrets import KeyHider

    for form in (KEY, quote(KEY, safe=""), base64.b64encode(f"Bearer {KEY}".encode()).decode()):
        for text in (f"it is {form} he said", f"{form}{form[:5]}", f"about ab+/ and {form[:9]}", "ahoy"):
            pieces = [text[at : at + size] for at in range(0, len(text), size)]
            said = "".join(KeyHider(KEY).pieces(pieces))
            assert remains(form) not in said
            assert said == KeyHider(KEY).text(text)


def test_a_short_key_hides_no_words_of_others() -> None:
    from rolecall.providers._secrets import KeyHider

    for key in ("x1", "none", "EMPTY"):
        text = "The model is loaded; bm9uZQ is a word, and so is eDE"
        assert KeyHider(key).text(text) == text


def echoes(key: str) -> str:
    alone = base64.b64encode(key.encode()).decode()
    sent = base64.urlsafe_b64encode(f"Bearer {key}".encode()).decode().rstrip("=")
    return " and ".join([key, "".join(f"%{ord(character):02x}" for character in key), alone, sent])


def leaks(text: str) -> list[str]:
    return [form for form in echoes(PLAIN).split(" and ") if remains(form) in text]


def test_no_answer_header_or_file_of_a_server_gives_the_key(provider: FakeProvider) -> None:
    said = echoes(PLAIN)
    wire = connect(profile_named("openai"), provider.base_url, PLAIN, 5.0)
    headers = {"x-request-id": said}
    for fault in (
        Fault("GET", "/files", status=401, message=said, code=said, headers=headers),
        Fault("GET", "/files", status=500, message=said, headers=headers),
        Fault(
            "GET", "/files", status=307, headers={"location": f"http://{PLAIN}.example/{PLAIN}", **headers}
        ),
        Fault("GET", "/files", body=said.encode()),
    ):
        provider.faults = [fault]
        with pytest.raises(CallFailed) as caught:
            list(wire.files())
        everything = repr((str(caught.value), vars(caught.value)))
        assert leaks(everything) == []
        assert caught.value.__cause__ is None
    provider.results = {"file-result": f"step,train_loss\n{said}".encode()}
    assert leaks(wire.file_text("file-result")) == []
    provider.chat.extra_models = {MODEL}
    spoken = "".join(wire.chat(MODEL, [{"role": "user", "content": said}]))
    assert leaks(spoken) == []
    assert "[key]" in spoken
    wire.close()


@pytest.mark.usefixtures("no_waits")
def test_the_commands_show_and_store_no_form_of_the_key(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_bench(store, tmp_path, monkeypatch) as bench:
        monkeypatch.setenv("OPENAI_API_KEY", PLAIN)
        typed = shown(bench, Keyboard(tmp_path, url_of(bench.database), monkeypatch))
        tables = ("jobs", "job_attempts", "job_events", "job_checkpoints")
        stored = repr([bench.rows(f"select * from {name}") for name in tables])
    assert set(bench.provider.keys) == {PLAIN}
    for text in (*typed, stored):
        assert leaks(text) == []
    assert "[key]" in stored


def shown(bench: Bench, keyboard: Keyboard) -> Iterator[str]:
    """Type the commands of a job's life at a server that echoes; yield what they print."""
    said = echoes(PLAIN)
    where = ["--provider", "openai", "--base-url", bench.provider.base_url]
    bench.provider.faults = [
        Fault("GET", "/models/", status=404, message=said),
        Fault(*CREATE, status=401, code=said, message=said, headers={"x-request-id": said}),
    ]
    outputs = [keyboard.type("job", "start", str(TRAINING), "--model", MODEL, *where, "--yes")]
    outputs.append(keyboard.type("job", "resume", "1"))
    (job_id,) = bench.provider.jobs
    bench.provider.log(job_id, said, data={said: [said]})
    bench.provider._waiting[job_id] = ["failed"]
    bench.provider.job_error = {"code": "odd", "message": said, "param": said}
    outputs += [keyboard.type("job", "watch", "1"), keyboard.type("job", "show", "1", "--json")]
    bench.provider.chat.extra_models = {"some-model"}
    outputs.append(keyboard.type("chat", "some-model", *where, standard_input=said + "\n"))
    assert [typed.code for typed in outputs] == [1, 0, 1, 0, 0]
    assert all("[key]" in typed.out + typed.notes for typed in outputs if typed is not outputs[1])
    return iter([typed.out + typed.notes for typed in outputs])

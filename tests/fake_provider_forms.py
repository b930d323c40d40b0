"""What the fake provider reads and writes as text: forms that bring files, and errors."""

Json = dict[str, object]


def error_body(message: str, code: str | None, param: str | None = None) -> Json:
    """Return an error as OpenAI writes it."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def read_form(body: bytes, kind: str) -> tuple[str, bytes, str]:
    """Return the file's name, its bytes and the purpose from a multipart form."""
    boundary = kind.split("boundary=")[1].strip('"').encode()
    name, content, purpose = "", b"", ""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        if b'name="file"' in head:
            name, content = head.split(b'filename="')[1].split(b'"')[0].decode(), value
        elif b'name="purpose"' in head:
            purpose = value.decode()
    return name, content, purpose

"""The long parts of the suite: which were run green since the files that they depend on last changed.

`proven.toml` names each part's files and commands, and keeps the hash that its last green run wrote.

    python3 tests/proven.py open            list the parts whose hash is another, one line each
    python3 tests/proven.py is-proven PART  exit 0 when its hash is right
    python3 tests/proven.py run PART        run its command, and write its hash when that is green
"""

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEDGER = Path(__file__).with_name("proven.toml")


def parts() -> dict[str, dict[str, object]]:
    """Return the parts by name: `about`, `files` (globs below the checkout), `command`, `hash`."""
    return tomllib.loads(LEDGER.read_text(encoding="utf-8"))


def hash_of(name: str) -> str:
    """Return the hash of the names and bytes of all files that a part depends on."""
    digest = hashlib.sha256()
    patterns = parts()[name]["files"]
    assert isinstance(patterns, list)
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_proven(name: str) -> bool:
    """Return whether nothing that a part depends on changed since its last green run."""
    return parts()[name]["hash"] == hash_of(name)


def run(name: str) -> int:
    """Run a part whole; write its hash when it is green. Return the command's exit code."""
    command = str(parts()[name]["command"])
    print(command, flush=True)
    code = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=ROOT, check=False).returncode
    if code == 0:
        text = LEDGER.read_text(encoding="utf-8")
        section = re.compile(rf'(^\[{name}\]\n(?:(?!^\[).*\n)*?hash = ")[^"]*', re.M)
        LEDGER.write_text(section.sub(rf"\g<1>{hash_of(name)}", text), encoding="utf-8")
    return code


def main(words: list[str]) -> int:
    """Obey one command line, and return the exit code."""
    match words:
        case ["open"]:
            for name in parts():
                if not is_proven(name):
                    print(f"not proven since this change: .ci/run --all {name}")
            return 0
        case ["names"]:
            print("\n".join(parts()))
            return 0
        case ["is-proven", name] if name in parts():
            return 0 if is_proven(name) else 1
        case ["run", name] if name in parts():
            return run(name)
    print(f"usage: proven.py open | names | is-proven PART | run PART; parts: {', '.join(parts())}")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

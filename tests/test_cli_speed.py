"""Help and completion feel instant: what is slow to import is imported by the commands that need it."""

import subprocess
import sys

SLOW = (
    "alembic",
    "duckdb",
    "duckdb_engine",
    "openai",
    "pyarrow",
    "sqlalchemy",
    "numpy",
    "toktok",
    "rich",
    "tenacity",
)


def test_help_imports_nothing_slow() -> None:
    program = (
        "import sys\n"
        "from rolecall.cli import main\n"
        "sys.argv = ['rolecall', *sys.argv[1:]]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    for words in (["--help"], ["dataset", "create", "--help"], ["--version"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout
        loaded = {name.split(".")[0] for name in done.stderr.split()}
        assert "typer" in loaded
        assert loaded.isdisjoint(SLOW), words

"""The demo: an invented archive on its whole way to a checked training file, in a folder of the user's."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rolecall.api import Store
from rolecall.checking.file import check_file
from rolecall.checking.report import CheckReport
from rolecall.demo.downloads import keep_downloads
from rolecall.exports.records import ExportSummary
from rolecall.store.status import StoreStatus

__all__ = ["Demo", "keep_downloads", "run_demo"]

STORE_NAME = "rolecall-demo.duckdb"
FILE_NAME = "rolecall-demo.jsonl"
PERSONA = "mirela"
PARTICIPANT = "Mirela Stokvist"
DATASET = "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made; the same however often it is run."""

    store_path: Path
    persona: str
    """Display name of whose voice the assistant speaks."""
    status: StoreStatus
    export: ExportSummary
    report: CheckReport
    first_example: list[dict[str, str]]
    """Messages, each with role and content."""
    reasons: dict[str, int]
    """Messages that stand in no example, by reason."""


def run_demo(folder: Path) -> Demo:
    """Import the archive, make a persona and a dataset, export and check it; what is there already is used.

    Raises:
        NotAStore: The folder holds another `rolecall-demo.duckdb`.
    """
    store = Store(str(folder / STORE_NAME))
    store.import_archives([Path(str(files("rolecall"))) / "demo" / "archive"])
    if all(persona.name != PERSONA for persona in store.personas()):
        store.add_persona(PERSONA, [PARTICIPANT])
    if all(dataset.name != DATASET for dataset in store.datasets()):
        store.create_dataset(DATASET, persona=PERSONA)
    export = store.export(DATASET, folder / FILE_NAME, is_forced=True)
    return Demo(
        store_path=folder / STORE_NAME,
        persona=PARTICIPANT,
        status=store.status(),
        export=export,
        report=check_file(export.path),
        first_example=_first_example(export.path),
        reasons=store.dataset_reasons(DATASET),
    )


def _first_example(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(json.loads(file.readline())["messages"])

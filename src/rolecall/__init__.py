"""From Messenger and Instagram archives to a SQL store, and from it to fine-tuning datasets and jobs.

What a program needs of it stands in `__all__`; but for the errors it is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rolecall.errors import (
    Ambiguous,
    ArchiveError,
    CallFailed,
    CheckFailed,
    EmptyDataset,
    FileSkipped,
    NameTaken,
    NewerStore,
    NoStore,
    NotAnArchive,
    NotAStore,
    NotFound,
    OutputExists,
    ProviderError,
    QueryError,
    RolecallError,
    StoreBusy,
    StoreError,
    StoreFull,
    UnsafeArchive,
    UsageError,
)

if TYPE_CHECKING:
    from rolecall.api import Store
    from rolecall.archives.archive import Limits
    from rolecall.checking.file import check_file
    from rolecall.checking.report import CheckReport, Finding
    from rolecall.datasets.options import Recipe
    from rolecall.datasets.overview import Overview
    from rolecall.datasets.personas import Persona
    from rolecall.datasets.preview import ShownExample
    from rolecall.datasets.stored import Dataset
    from rolecall.exports.records import ExportSummary
    from rolecall.imports.history import FileRecord, ImportRecord
    from rolecall.imports.summaries import ImportSummary
    from rolecall.jobs import (
        Chat,
        ChatPlan,
        Job,
        JobPlan,
        NamedMessage,
        Preflight,
        Upload,
        Waits,
        list_providers,
    )
    from rolecall.lake import LoadSummary
    from rolecall.people.listing import Person, PersonSummary
    from rolecall.queries.chats import SearchHit, ShownMessage, ShownThread, ThreadSummary
    from rolecall.store.results import QueryResult
    from rolecall.store.status import StoreStatus

__all__ = [
    "Ambiguous", "ArchiveError", "CallFailed", "Chat", "ChatPlan", "CheckFailed", "CheckReport",
    "Dataset", "EmptyDataset", "ExportSummary", "FileRecord", "FileSkipped", "Finding", "ImportRecord",
    "ImportSummary", "Job", "JobPlan", "Limits", "LoadSummary", "NameTaken", "NamedMessage", "NewerStore",
    "NoStore", "NotAStore", "NotAnArchive", "NotFound", "OutputExists", "Overview", "Person",
    "PersonSummary", "Persona", "Preflight", "ProviderError", "QueryError", "QueryResult", "Recipe",
    "RolecallError", "SearchHit", "ShownExample", "ShownMessage", "ShownThread", "Store", "StoreBusy",
    "StoreError", "StoreFull", "StoreStatus", "ThreadSummary", "UnsafeArchive", "Upload", "UsageError",
    "Waits", "check_file", "list_providers", "open",
]  # fmt: skip

# Where the names that are imported late stand, those that import least first.
_MODULES = (
    "checking.report",
    "archives.archive",
    "datasets.options",
    "checking.file",
    "store.results",
    "api",
    "store.status",
    "people.listing",
    "queries.chats",
    "datasets.personas",
    "datasets.stored",
    "datasets.overview",
    "datasets.preview",
    "exports.records",
    "imports.history",
    "imports.summaries",
    "jobs",
    "lake",
)


def open(url: str = "rolecall.duckdb") -> Store:
    """Return the store at a URL or at the path of a DuckDB file; nothing is opened or made yet."""
    from rolecall.api import Store  # here, so that importing the package stays fast

    return Store(url)


def __getattr__(name: str) -> object:
    """Import a published name when it is first asked for, so that importing the package stays fast."""
    if name in __all__:
        for module in map(import_module, (f"rolecall.{path}" for path in _MODULES)):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'rolecall' has no attribute {name!r}")

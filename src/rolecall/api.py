"""The store as people use it: one method for each command, with the command's verb."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Concatenate, ParamSpec, TypeVar

from rolecall import imports as importing
from rolecall import jobs as training
from rolecall import lake
from rolecall.datasets import commands as recipes
from rolecall.datasets import overview, preview
from rolecall.datasets import personas as voices
from rolecall.exports import finding, lineage, writing
from rolecall.imports import history
from rolecall.people import accounts, listing, settling
from rolecall.queries import adhoc, chats, shell
from rolecall.queries import stats as figures
from rolecall.store import copying
from rolecall.store import status as counts
from rolecall.store.database import Database

__all__ = ["Store"]

P = ParamSpec("P")
R = TypeVar("R")


def _method(work: Callable[Concatenate[Database, P], R]) -> Callable[Concatenate[Store, P], R]:
    """Make a function of a database a method of a store; its arguments, results and errors stand there."""

    @wraps(work)
    def method(self: Store, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return work(self.database, *args, **kwargs)

    # What `help` shows: a store stands where the function has a database.
    shown = signature(work)
    _, *parameters = shown.parameters.values()
    first = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    method.__dict__["__signature__"] = shown.replace(parameters=[first, *parameters])
    return method


class Store:
    """A store of chats. Every method opens it, does one thing and closes it.

    Threads may share one, or have one each of the same file or server, and call any methods at once.
    In a file those that read work side by side, and one that writes works alone: others wait five seconds for
    their turn, then `StoreBusy` says that it is worth repeating. A thread that writes inside its own
    `with store.sql(...)` gets it at once. What methods return is plain data that any thread may use, but for
    the result of `sql`, whose rows one thread takes at a time.

    All methods raise `StoreError` (see `errors`) when the store cannot be used, and all but `import_archives`
    and `migrate` raise `NoStore` when there is none.
    """

    def __init__(self, url: str) -> None:
        """Take a URL (`duckdb:///chats.duckdb`, `postgresql+psycopg://...`) or the path of a DuckDB file."""
        self.database = Database(url)

    @property
    def address(self) -> str:
        """Where the store is: the full path of its file, or its URL without a password."""
        return str(self.database.path.absolute()) if self.database.is_duckdb else str(self.database)

    migrate = _method(Database.migrate)
    current = _method(counts.current_release)
    copy = _method(copying.copy_store)
    status = _method(counts.status)
    check_store = _method(counts.check_store)

    import_archives = _method(importing.import_archives)
    imports = _method(history.list_imports)
    import_files = _method(history.list_import_files)

    threads = _method(chats.list_threads)
    thread = _method(chats.show_thread)
    search = _method(chats.search)
    stats = _method(figures.read_stats)
    sql = _method(adhoc.run_query)
    save_sql = _method(adhoc.save_query)
    shell_command = _method(shell.shell_command)

    people = _method(listing.list_people)
    set_me = _method(settling.set_me)
    rename_person = _method(settling.rename_person)
    merge_people = _method(accounts.merge_people)
    split_person = _method(accounts.split_person)

    add_persona = _method(voices.add_persona)
    personas = _method(voices.list_personas)
    drop_persona = _method(voices.drop_persona)
    create_dataset = _method(recipes.create_dataset)
    edit_dataset = _method(recipes.edit_dataset)
    datasets = _method(recipes.list_datasets)
    dataset = _method(recipes.show_dataset)
    drop_dataset = _method(recipes.drop_dataset)
    overview_dataset = _method(overview.overview_dataset)
    preview_dataset = _method(preview.preview_dataset)
    dataset_reasons = _method(overview.dataset_reasons)

    export = _method(writing.export_dataset)
    lines_behind = _method(lineage.lines_behind)
    shared_lines = _method(lineage.shared_lines)
    build_lake = _method(lake.build_lake)

    export_for_job = _method(finding.export_for_job)
    plan_job = _method(training.plan_job)
    preflight_job = _method(training.preflight_job)
    start_job = _method(training.start_job)
    resume_job = _method(training.resume_job)
    cancel_job = _method(training.cancel_job)
    watch_job = _method(training.watch_job)
    jobs = _method(training.list_jobs)
    job = _method(training.show_job)
    job_messages = _method(training.job_messages)
    uploads = _method(training.list_uploads)
    delete_uploads = _method(training.delete_uploads)
    plan_chat = _method(training.plan_chat)
    chat = _method(training.chat)


for _name, _work in vars(Store).items():
    if hasattr(_work, "__wrapped__"):
        _work.__name__, _work.__qualname__, _work.__module__ = _name, f"Store.{_name}", __name__

"""The store as people use it: one method for each command, with the command's verb."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, TypeVar, overload

from rolecall.store.database import Database

__all__ = ["Store"]

P = ParamSpec("P")
R = TypeVar("R")


class _Late:
    """A module that is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        return getattr(import_module(self._name), attribute)


if TYPE_CHECKING:
    from rolecall import imports as importing
    from rolecall import jobs as training
    from rolecall import lake
    from rolecall.datasets import commands as recipes
    from rolecall.datasets import overview, preview
    from rolecall.datasets import personas as voices
    from rolecall.exports import finding, lineage, writing
    from rolecall.imports import history
    from rolecall.people import accounts, listing, settling, templates
    from rolecall.queries import adhoc, chats, shell
    from rolecall.queries import stats as figures
    from rolecall.store import copying
    from rolecall.store import status as counts
else:  # all of them take half a second, and a command needs one or two
    importing, history = _Late("rolecall.imports"), _Late("rolecall.imports.history")
    training, lake = _Late("rolecall.jobs"), _Late("rolecall.lake")
    recipes, voices = _Late("rolecall.datasets.commands"), _Late("rolecall.datasets.personas")
    overview, preview = _Late("rolecall.datasets.overview"), _Late("rolecall.datasets.preview")
    finding, lineage = _Late("rolecall.exports.finding"), _Late("rolecall.exports.lineage")
    writing, accounts = _Late("rolecall.exports.writing"), _Late("rolecall.people.accounts")
    listing, settling = _Late("rolecall.people.listing"), _Late("rolecall.people.settling")
    templates = _Late("rolecall.people.templates")
    adhoc, chats = _Late("rolecall.queries.adhoc"), _Late("rolecall.queries.chats")
    shell, figures = _Late("rolecall.queries.shell"), _Late("rolecall.queries.stats")
    copying, counts = _Late("rolecall.store.copying"), _Late("rolecall.store.status")


class _Method(Generic[P, R]):
    """A function of a database as a method of a store; its arguments, results and errors stand there."""

    def __init__(self, find: Callable[[], Callable[Concatenate[Database, P], R]]) -> None:
        self._find = find

    def __set_name__(self, owner: type[Store], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, store: None, owner: type[Store]) -> Callable[Concatenate[Store, P], R]: ...
    @overload
    def __get__(self, store: Store, owner: type[Store]) -> Callable[P, R]: ...
    def __get__(self, store: Store | None, owner: type[Store]) -> object:
        method = _made(self._find(), self._name)
        setattr(owner, self._name, method)  # from now on it is a method like any other
        return getattr(store or owner, self._name)


def _made(work: Callable[Concatenate[Database, P], R], name: str) -> Callable[Concatenate[Store, P], R]:
    @wraps(work)
    def method(self: Store, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return work(self.database, *args, **kwargs)

    method.__name__, method.__qualname__, method.__module__ = name, f"Store.{name}", __name__
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

    migrate = _Method(lambda: Database.migrate)
    current = _Method(lambda: counts.current_release)
    copy = _Method(lambda: copying.copy_store)
    status = _Method(lambda: counts.status)
    check_store = _Method(lambda: counts.check_store)

    import_archives = _Method(lambda: importing.import_archives)
    imports = _Method(lambda: history.list_imports)
    import_files = _Method(lambda: history.list_import_files)

    threads = _Method(lambda: chats.list_threads)
    thread = _Method(lambda: chats.show_thread)
    search = _Method(lambda: chats.search)
    stats = _Method(lambda: figures.read_stats)
    sql = _Method(lambda: adhoc.run_query)
    save_sql = _Method(lambda: adhoc.save_query)
    shell_command = _Method(lambda: shell.shell_command)

    people = _Method(lambda: listing.list_people)
    set_me = _Method(lambda: settling.set_me)
    rename_person = _Method(lambda: settling.rename_person)
    merge_people = _Method(lambda: accounts.merge_people)
    split_person = _Method(lambda: accounts.split_person)

    sentences = _Method(lambda: templates.list_sentences)
    sentence_messages = _Method(lambda: templates.sentence_messages)
    accept_sentence = _Method(lambda: templates.accept_sentence)
    refuse_sentence = _Method(lambda: templates.refuse_sentence)
    undo_sentence = _Method(lambda: templates.undo_sentence)

    add_persona = _Method(lambda: voices.add_persona)
    personas = _Method(lambda: voices.list_personas)
    drop_persona = _Method(lambda: voices.drop_persona)
    create_dataset = _Method(lambda: recipes.create_dataset)
    edit_dataset = _Method(lambda: recipes.edit_dataset)
    datasets = _Method(lambda: recipes.list_datasets)
    dataset = _Method(lambda: recipes.show_dataset)
    drop_dataset = _Method(lambda: recipes.drop_dataset)
    overview_dataset = _Method(lambda: overview.overview_dataset)
    preview_dataset = _Method(lambda: preview.preview_dataset)
    dataset_reasons = _Method(lambda: overview.dataset_reasons)

    export = _Method(lambda: writing.export_dataset)
    lines_behind = _Method(lambda: lineage.lines_behind)
    shared_lines = _Method(lambda: lineage.shared_lines)
    build_lake = _Method(lambda: lake.build_lake)

    export_for_job = _Method(lambda: finding.export_for_job)
    plan_job = _Method(lambda: training.plan_job)
    preflight_job = _Method(lambda: training.preflight_job)
    start_job = _Method(lambda: training.start_job)
    resume_job = _Method(lambda: training.resume_job)
    cancel_job = _Method(lambda: training.cancel_job)
    watch_job = _Method(lambda: training.watch_job)
    jobs = _Method(lambda: training.list_jobs)
    job = _Method(lambda: training.show_job)
    job_messages = _Method(lambda: training.job_messages)
    uploads = _Method(lambda: training.list_uploads)
    delete_uploads = _Method(lambda: training.delete_uploads)
    plan_chat = _Method(lambda: training.plan_chat)
    chat = _Method(lambda: training.chat)

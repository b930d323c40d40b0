"""The store as people use it: one method for each command, with the command's verb."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Required, TypedDict, Unpack

from rolecall import (
    accounts,
    adhoc,
    datasets,
    exports,
    jobs,
    lake,
    overview,
    people,
    personas,
    queries,
    shell,
    tabular,
)
from rolecall.archives import Limits
from rolecall.check import check_file
from rolecall.check_report import CheckReport
from rolecall.copying import copy_store
from rolecall.database import Database
from rolecall.datasets import Dataset, Names
from rolecall.export_records import ExportSummary
from rolecall.imports import ImportSummary, import_archives
from rolecall.jobs import (
    Chat,
    ChatPlan,
    Job,
    JobPlan,
    NamedMessage,
    Preflight,
    ProviderAbout,
    Upload,
    Waits,
    provider_for,
)
from rolecall.jobs.plans import profile_named
from rolecall.lake import LoadSummary
from rolecall.lineage import lines_behind, shared_lines
from rolecall.migrate import current, migrate, ready
from rolecall.outputs import check_place, writing
from rolecall.overview import Overview, ShownExample
from rolecall.personas import Persona
from rolecall.profiles import RemoteEvent
from rolecall.results import QueryResult
from rolecall.stats import read_stats

__all__ = ["JobOptions", "Store", "check", "providers"]

Row = dict[str, object]
"""One row of a query: column -> value."""
Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""
Note = Callable[[str], None]
"""Called with a line for people about each step."""


class JobOptions(TypedDict, total=False):
    """What makes a fine-tuning run; see `jobs.start_job`."""

    provider: str | None
    model: Required[str]
    base_url: str | None
    suffix: str | None
    seed: int | None
    hyperparameters: Mapping[str, object] | None
    validation_export_id: int | None
    again: int


class Store:
    """A store of chats. Every method opens it, does one thing and closes it.

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

    # -- archives --------------------------------------------------------------------------------------------

    def import_archives(
        self,
        paths: Sequence[str | Path],
        *,
        me: Sequence[str] = (),
        owner: str = "me",
        is_dry_run: bool = False,
        is_strict: bool = False,
        is_again: bool = False,
        limits: Limits | None = None,
        progress: Progress | None = None,
    ) -> ImportSummary:
        """Load archives as one download: zips, folders, JSON files, or URLs of zips.

        Args:
            paths: What to read; parts of one thread may lie in several of them.
            me: Display names of the archive's owner; told here, they are not guessed.
            owner: Label of the person whose archives these are.
            is_dry_run: Read everything, write nothing.
            is_strict: Stop at the first file that cannot be read, with the store unchanged.
            is_again: Read files again that are known already.
            limits: What the archives may ask of the machine, where that is more than usual.
            progress: Called with the bytes read and the bytes in all.

        Returns:
            What was added, known and skipped.

        Raises:
            ArchiveError: There is nothing to read; the store is as before.
        """
        return import_archives(
            self.database,
            paths,
            me=me,
            owner=owner,
            is_dry_run=is_dry_run,
            is_strict=is_strict,
            is_again=is_again,
            limits=limits,
            progress=progress,
        )

    def imports(self) -> list[Row]:
        """Return every import with its counts, oldest first."""
        return queries.named_rows(self.database, "list_imports")

    def import_files(self, import_id: int) -> list[Row]:
        """Return the files that one import looked at, those it could not read first, or raise `NotFound`."""
        return queries.list_import_files(self.database, import_id)

    # -- looking ---------------------------------------------------------------------------------------------

    def status(self) -> Row:
        """Return the store's address, release, owners and counts."""
        return queries.status(self.database)

    def check_store(self) -> dict[str, list[Row]]:
        """Return, for each rule of `sql/checks` that is broken, rows that break it; empty means healthy."""
        return queries.check_store(self.database)

    def stats(self, *, limit: int = 10) -> dict[str, list[Row]]:
        """Return figures about the chats: months, hours, people, replies (times to answer) and threads."""
        return read_stats(self.database, limit=limit)

    def threads(self) -> list[Row]:
        """Return every thread with its people and counts, the longest first."""
        return queries.named_rows(self.database, "list_threads")

    def thread(self, name_or_id: str, *, limit: int = 50) -> tuple[Row, list[Row]]:
        """Return a thread and its newest messages, oldest of them first; raise `NotFound`, `Ambiguous`."""
        return queries.show_thread(self.database, name_or_id, limit)

    def search(self, words: str, *, limit: int = 50) -> list[Row]:
        """Return the newest messages whose text contains every word, upper and lower case alike."""
        return queries.search(self.database, words, limit)

    def sql(self, query: str, *, seconds: float = 0, memory: str = "") -> AbstractContextManager[QueryResult]:
        """Run one query that can only read this store, and give its columns and rows as they come.

        Args:
            query: One `select` (or `with`, `from`, `show`, `describe`, `summarize`, `pivot`, `explain`).
            seconds: Most time that the engine may work on it; 0 is no limit.
            memory: Most memory it may use, as `2GB`; empty is the engine's own limit.

        Raises:
            QueryError: The query is wrong, writes, reads files, or took too long.
        """
        return adhoc.run_query(self.database, query, seconds=seconds, memory=memory)

    def save_sql(
        self,
        query: str,
        path: str | Path,
        *,
        format: str | None = None,
        is_forced: bool = False,
        seconds: float = 0,
        memory: str = "",
    ) -> Path:
        """Write what `sql` gives to a file, in the format named or that of its suffix; return its full path.

        Raises:
            OutputExists: The file is there, and not `is_forced`.
        """
        format = tabular.format_of(Path(path), format)
        forbidden = self.database.path if self.database.is_duckdb else None
        place = check_place(Path(path), is_forced=is_forced, forbidden=forbidden)
        with self.sql(query, seconds=seconds, memory=memory) as result, writing(place) as output:
            tabular.write(result, format, output)
            output.finish()
            output.place()
        return place

    def shell_command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command that opens the store in a program installed here, and its environment."""
        return shell.shell_command(self.database)

    # -- people ----------------------------------------------------------------------------------------------

    def people(self) -> list[Row]:
        """Return every person with names and counts: the owner, then those with most messages."""
        return queries.named_rows(self.database, "list_people")

    def set_me(self, name_or_id: str) -> Row:
        """Say who the owner of the archives is; wins over what was found. Return the person."""
        return people.set_me(self.database, name_or_id)

    def rename_person(self, name_or_id: str, new_name: str) -> Row:
        """Give a person another display name; the earlier ones stay among the names. Return the person."""
        return people.rename_person(self.database, name_or_id, new_name)

    def merge_people(self, kept: str, others: Sequence[str]) -> Row:
        """Say that several accounts are one person, and return the person."""
        return accounts.merge_people(self.database, kept, others)

    def split_person(self, name_or_id: str, threads: Sequence[str] = ()) -> list[Row]:
        """Take apart what is not one person: namesakes in some chats, or accounts that were merged."""
        return accounts.split_person(self.database, name_or_id, threads)

    # -- datasets --------------------------------------------------------------------------------------------

    def add_persona(self, name: str, participants: Sequence[str | int]) -> Persona:
        """Make a persona of one person or of several accounts of one (names or ids), and return it."""
        return personas.add_persona(self._ready(), name, participants)

    def personas(self) -> list[Persona]:
        """Return every persona with its people."""
        return personas.list_personas(self._ready())

    def drop_persona(self, name_or_id: str) -> Persona:
        """Remove a persona that no dataset uses, and return it."""
        return personas.drop_persona(self._ready(), name_or_id)

    def create_dataset(
        self,
        name: str,
        *,
        persona: str | int | None = None,
        preset: str | None = None,
        like: str | int | None = None,
        include_threads: Names = (),
        exclude_threads: Names = (),
        include_people: Names = (),
        exclude_people: Names = (),
        **options: object,
    ) -> Dataset:
        """Make a dataset and return it; `options` are the recipe's, named as its columns (`recipes.Recipe`).

        Raises:
            UsageError: An option that cannot be meant so.
            NameTaken, NotFound: The name is taken; no such persona.
        """
        return datasets.create_dataset(
            self._ready(),
            name,
            persona=persona,
            preset=preset,
            like=like,
            include_threads=include_threads,
            exclude_threads=exclude_threads,
            include_people=include_people,
            exclude_people=exclude_people,
            **options,
        )

    def edit_dataset(
        self,
        name_or_id: str | int,
        *,
        persona: str | int | None = None,
        reset: Sequence[str] = (),
        include_threads: Names = (),
        exclude_threads: Names = (),
        include_people: Names = (),
        exclude_people: Names = (),
        **options: object,
    ) -> Dataset:
        """Make the next version of a dataset and return it; old exports keep theirs.

        `reset` names options that go back to their defaults; the rest is as in `create_dataset`.

        Raises:
            UsageError: Nothing changes, or an option cannot be meant so.
        """
        return datasets.edit_dataset(
            self._ready(),
            name_or_id,
            persona=persona,
            reset=reset,
            include_threads=include_threads,
            exclude_threads=exclude_threads,
            include_people=include_people,
            exclude_people=exclude_people,
            **options,
        )

    def overview_dataset(self, name_or_id: str | int) -> Overview:
        """Return a dataset in words, and how much it would write: examples, tokens, lengths, left out."""
        return overview.overview_dataset(self.database, name_or_id)

    def preview_dataset(
        self, name_or_id: str | int, *, page: int = 1, size: int = 3, thread: str | int | None = None
    ) -> list[ShownExample]:
        """Return some examples with their weights and the reasons for their cuts; raise `NotFound`."""
        return overview.preview_dataset(self.database, name_or_id, page=page, size=size, thread=thread)

    def datasets(self) -> list[Dataset]:
        """Return every dataset."""
        return datasets.list_datasets(self._ready())

    def dataset(self, name_or_id: str) -> Dataset:
        """Return one dataset with its persona, options and lists; of a name the newest version."""
        return datasets.show_dataset(self._ready(), name_or_id)

    def dataset_exports(self, name_or_id: str) -> list[Row]:
        """Return what was exported from a dataset, newest first; or the one export of an id."""
        return queries.find_exports(self.database, name_or_id)

    def dataset_reasons(self, name_or_id: str) -> dict[str, int]:
        """Return how many messages a dataset leaves out, by reason; true once it was exported."""
        return queries.dataset_reasons(self.database, name_or_id)

    def drop_dataset(self, name_or_id: str) -> list[Dataset]:
        """Remove a dataset and return what was removed; what was exported from it stays recorded."""
        return datasets.drop_dataset(self._ready(), name_or_id)

    def export(
        self,
        dataset: str,
        path: str | Path | None = None,
        *,
        format: str = "openai",
        split: str | None = None,
        since_export_id: int | None = None,
        has_context: bool = True,
        buckets: tuple[int, int] | None = None,
        is_forced: bool = False,
        progress: Progress | None = None,
    ) -> ExportSummary:
        """Write a dataset's examples to a file (default: `<dataset>.jsonl` here) and record every line.

        `since_export_id` writes only what that export did not train; `has_context=False` leaves the context
        out, for formats that cannot say what is not trained; `buckets` writes only the threads of these, the
        first and the last included: a part of the same file.

        Raises:
            EmptyDataset: There is no example; its reasons are counted.
            OutputExists: The file is there, and not `is_forced`.
        """
        return exports.export_dataset(
            self._ready(),
            dataset,
            path,
            format=format,
            split=split,
            since_export_id=since_export_id,
            has_context=has_context,
            buckets=buckets,
            is_forced=is_forced,
            progress=progress,
        )

    def lines_behind(self, path: str | Path, line_nos: Iterable[int]) -> dict[int, list[Row]]:
        """Return the messages behind lines of a file that was exported here; empty for any other file."""
        return lines_behind(self.database, path, line_nos)

    def shared_lines(self, path: str | Path, other: str | Path) -> Iterator[tuple[int, int, int]]:
        """Yield (line, line there, messages) of an export's lines that share messages with another export."""
        return shared_lines(self.database, path, other)

    # -- lakes -----------------------------------------------------------------------------------------------

    def build_lake(self, path: str | Path) -> LoadSummary:
        """Write the whole store into a lake; done again, it takes the place of what was built before.

        Raises:
            UsageError: The lake has other buckets, or one of the owners from elsewhere.
        """
        return lake.build_lake(self.database, path)

    # -- jobs ------------------------------------------------------------------------------------------------

    def export_for_job(
        self, name_or_id: str, *, provider: str | None = None, base_url: str | None = None
    ) -> int:
        """Return an export's id: itself, or the newest of a dataset that the provider can train on.

        Raises:
            NotFound: There is none; the message says how to make one.
        """
        wanted = profile_named(provider_for(provider, base_url)).format
        return queries.newest_export(self.database, name_or_id, wanted)

    def plan_job(self, export_id: int, **options: Unpack[JobOptions]) -> JobPlan:
        """Return what `start_job` would send, and where to, without a call."""
        return jobs.plan_job(self.database, export_id, **options)

    def preflight_job(self, plan: JobPlan, *, api_key: str | None = None) -> Preflight:
        """Return what the provider says to two free questions; nothing of the plan's files is sent."""
        return jobs.preflight_job(self.database, plan, api_key)

    def start_job(
        self,
        export_id: int,
        *,
        api_key: str | None = None,
        note: Note | None = None,
        waits: Waits | None = None,
        **options: Unpack[JobOptions],
    ) -> Job:
        """Upload an export and start one fine-tuning job on it; asked twice, the same job is returned.

        Raises:
            ProviderError: The provider refused or cannot be reached; asked again, the job goes on.
        """
        return jobs.start_job(self.database, export_id, api_key=api_key, note=note, waits=waits, **options)

    def resume_job(
        self, job_id: int, *, adopt: str | None = None, api_key: str | None = None, note: Note | None = None
    ) -> Job:
        """Take a job that is blocked, or whose start broke off, on from where it stands; see `jobs`."""
        return jobs.resume_job(self.database, job_id, adopt=adopt, api_key=api_key, note=note)

    def cancel_job(
        self, job_id: int, *, also: str | None = None, api_key: str | None = None, note: Note | None = None
    ) -> Job:
        """End a job, at the provider too when it was made there, and return it; see `jobs.cancel_job`."""
        return jobs.cancel_job(self.database, job_id, also=also, api_key=api_key, note=note)

    def watch_job(
        self,
        job_id: int,
        *,
        on_event: Callable[[RemoteEvent], None] | None = None,
        poll_seconds: tuple[float, float] = (10.0, 60.0),
        api_key: str | None = None,
        note: Note | None = None,
    ) -> Job:
        """Poll a job until it ends, store its events and checkpoints, and return it."""
        return jobs.watch_job(
            self.database, job_id, on_event=on_event, poll_seconds=poll_seconds, api_key=api_key, note=note
        )

    def jobs(self) -> list[Job]:
        """Return every job, oldest first."""
        return jobs.list_jobs(self.database)

    def job(self, job_id: int) -> Job:
        """Return one job with its events and checkpoints."""
        return jobs.show_job(self.database, job_id)

    def job_messages(self, job_id: int) -> list[NamedMessage]:
        """Return the messages behind the lines that a failed job's error names."""
        return jobs.job_messages(self.database, job_id)

    def uploads(
        self, *, provider: str | None = None, base_url: str | None = None, api_key: str | None = None
    ) -> list[Upload]:
        """Return the files of this store that lie at a provider, or at every address that jobs went to."""
        return jobs.list_uploads(self.database, provider=provider, base_url=base_url, api_key=api_key)

    def delete_uploads(
        self,
        upload_ids: Sequence[str],
        *,
        provider: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
    ) -> list[Upload]:
        """Delete files of this store at a provider, unless a job wants them, and return what they were."""
        return jobs.delete_uploads(
            self.database, upload_ids, provider=provider, base_url=base_url, api_key=api_key
        )

    def plan_chat(
        self,
        job_or_model: str,
        *,
        provider: str | None = None,
        base_url: str | None = None,
        deployed_as: str | None = None,
        system_prompt: str | None = None,
        title: str = "",
    ) -> ChatPlan:
        """Return with whom one would chat, without a call; see `jobs.plan_chat`."""
        return jobs.plan_chat(
            self.database,
            job_or_model,
            provider=provider,
            base_url=base_url,
            deployed_as=deployed_as,
            system_prompt=system_prompt,
            title=title,
        )

    def chat(
        self, plan: ChatPlan, *, api_key: str | None = None, note: Note | None = None
    ) -> AbstractContextManager[Chat]:
        """Give a conversation with a model; `say` of it yields each answer piece by piece."""
        return jobs.chat(self.database, plan, api_key=api_key, note=note)

    # -- the store itself ------------------------------------------------------------------------------------

    def migrate(self) -> bool:
        """Bring the store to this release, making it when there is none; return whether anything was done."""
        return migrate(self.database)

    def copy(self, to: str, *, progress: Progress | None = None) -> dict[str, int]:
        """Copy the whole store to another URL, where there is none yet; return the rows of each table.

        Raises:
            StoreError: There are rows already, or not all arrived; nothing is written.
        """
        return copy_store(self.database, Database(to), progress)

    def current(self) -> dict[str, str]:
        """Return what the store says of itself: revision, release; it is opened and not changed."""
        with self.database.connect(is_read_only=self.database.is_duckdb) as connection:
            return current(connection)

    def _ready(self) -> Database:
        ready(self.database)
        return self.database


def check(
    path: str | Path,
    *,
    max_tokens: int = 65536,
    against: str | Path | None = None,
    shared: Iterable[tuple[int, int, int]] = (),
    progress: Progress | None = None,
) -> CheckReport:
    """Return what a provider would refuse in a training file, with line numbers; needs no store.

    `against` names the validation file; lines that say the same there are named too, and those of `shared`,
    which `Store.shared_lines` yields for two exports of one store.
    """
    return check_file(path, max_tokens=max_tokens, against=against, shared=shared, progress=progress)


def providers() -> list[ProviderAbout]:
    """Return who trains: what each needs, and whether it still takes new users; needs no store."""
    return jobs.list_providers()

"""From messages to datasets, and from datasets to files and lakes."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rolecall import datasets, exports, lake, overview, personas, queries
from rolecall.api._base import Progress, Row, StoreBase
from rolecall.datasets import Dataset, Names
from rolecall.export_records import ExportSummary
from rolecall.lake import LoadSummary
from rolecall.lineage import lines_behind, shared_lines
from rolecall.overview import Overview, ShownExample
from rolecall.personas import Persona


class DatasetMethods(StoreBase):
    """What a store does with personas, datasets and exports."""

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

    def build_lake(self, path: str | Path) -> LoadSummary:
        """Write the whole store into a lake; done again, it takes the place of what was built before.

        Raises:
            UsageError: The lake has other buckets, or one of the owners from elsewhere.
        """
        return lake.build_lake(self.database, path)

"""The errors that rolecall means to raise, drawn as a tree.

RolecallError
|-- UsageError            an option that cannot be meant so
|-- NotFound              no row of that name or id (candidates: the nearest names)
|-- Ambiguous             several rows of that name (candidates: each with its id)
|-- NameTaken             a dataset or persona of that name exists
|-- OutputExists          a file that would be overwritten
|-- ArchiveError          an archive that cannot be read at all
|   |-- NotAnArchive      nothing in it is a chat archive
|   |-- UnsafeArchive     it breaks a limit or names files outside itself
|   `-- FileSkipped       the first file that --strict refuses
|-- ReaderEnded           the process that read the files was killed
|-- StoreError            the store cannot be used as asked
|   |-- NoStore           there is no store yet
|   |-- NotAStore         the path holds something else
|   |-- StoreBusy         another process or thread has it open
|   |-- StoreFull         no room left on the disk
|   `-- NewerStore        a newer release made it
|-- EmptyDataset          a dataset that yields no example (reasons: a count for each)
|-- CheckFailed           a file that a provider would refuse
|-- QueryError            a query of the user's that the store refuses
`-- ProviderError         a provider refused, or could not be reached
    `-- CallFailed        one call to it (outcome: refused, or unknown when it may have had an effect)
"""

from collections.abc import Mapping, Sequence


class RolecallError(Exception):
    """An intended error: its text says what is wrong, where, and what to do."""


class UsageError(RolecallError):
    """An option or argument that cannot be meant so."""


class NotFound(RolecallError):
    """No row of that name or id; `candidates` holds the nearest names."""

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        """Keep the candidates beside the message."""
        super().__init__(message)
        self.candidates = list(candidates)


class Ambiguous(NotFound):
    """Several rows answer to that name; `candidates` lists each with its id."""


class NameTaken(RolecallError):
    """A dataset or persona of that name exists already."""


class OutputExists(RolecallError):
    """The file to write is there already."""


class ArchiveError(RolecallError):
    """An archive that cannot be read at all."""


class NotAnArchive(ArchiveError):
    """Nothing in it is a chat archive that rolecall knows."""


class UnsafeArchive(ArchiveError):
    """It breaks a limit, or names files outside itself."""


class FileSkipped(ArchiveError):
    """The first file that could not be read, with `--strict`."""


class ReaderEnded(RolecallError):
    """The process that read the files of an archive was killed."""


class StoreError(RolecallError):
    """The store cannot be used as asked."""


class NoStore(StoreError):
    """There is no store at that address yet."""


class NotAStore(StoreError):
    """The address holds something that rolecall did not make."""


class StoreBusy(StoreError):
    """Another process has the store open, or another thread for longer than one waits."""


class StoreFull(StoreError):
    """No room is left on the disk; what was committed before stays."""


class NewerStore(StoreError):
    """A newer release of rolecall made the store."""


class EmptyDataset(RolecallError):
    """The dataset yields no example; `reasons` counts the messages left out by reason."""

    def __init__(self, message: str, reasons: Mapping[str, int]) -> None:
        """Keep the counts beside the message."""
        super().__init__(message)
        self.reasons = dict(reasons)


class CheckFailed(RolecallError):
    """A file that a provider would refuse."""


class QueryError(RolecallError):
    """A query of the user's that the store refuses."""


class ProviderError(RolecallError):
    """A provider refused, or could not be reached; `code` is the provider's word for it."""

    def __init__(self, message: str, code: str | None = None) -> None:
        """Keep the provider's code beside the message."""
        super().__init__(message)
        self.code = code


class CallFailed(ProviderError):
    """One call to a provider that failed.

    `outcome` is `refused` when the provider certainly did nothing, `unknown` when it may have obeyed.
    """

    def __init__(
        self,
        message: str,
        code: str | None = None,
        *,
        outcome: str,
        http_status: int | None = None,
        param: str | None = None,
        request_id: str | None = None,
        wait_seconds: float | None = None,
    ) -> None:
        """Keep the facts beside the message; `wait_seconds` is how long the provider asks to wait."""
        super().__init__(message, code)
        self.outcome = outcome
        self.http_status = http_status
        self.param = param
        self.request_id = request_id
        self.wait_seconds = wait_seconds

    @property
    def is_redirect(self) -> bool:
        """Whether the provider named another address, where nothing was sent."""
        return 300 <= (self.http_status or 0) < 400

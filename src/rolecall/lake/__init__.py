"""The lake: chats as Parquet files in a folder, for many processes and a cluster to read and write at once.

A lake is parts. A part is what one load brought, whole or not at all: a donor's archives, or a store. It
holds the tables of a store as they are, the large ones by bucket. Nothing in a part ever changes; a later
load of the same donor makes the next generation of the part.
"""

from rolecall.lake.building import LoadSummary, build_lake, import_into_lake
from rolecall.lake.exporting import export_lake
from rolecall.lake.output import LakeExportSummary

__all__ = ["LakeExportSummary", "LoadSummary", "build_lake", "export_lake", "import_into_lake"]

"""A session on a Spark cluster that is started from here, or on a Spark Connect server."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rolecall.errors import RolecallError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_OPTIONS = {"spark.sql.session.timeZone": "UTC", "spark.sql.parquet.compression.codec": "zstd"}
# For a cluster that is started from here; a server has its own.
_OWN_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_ANSWER_SECONDS = 20


@contextmanager
def started(master: str | None, remote: str | None) -> Iterator["SparkSession"]:
    """Start a session on a cluster, or connect to a server, and stop it at the end.

    Raises:
        UsageError: Both are given, or Spark is not installed.
        RolecallError: It does not start, or no server answers.
    """
    if master and remote:
        raise UsageError("give --master or --remote, not both")
    if master and master.startswith("local"):
        # Its processes talk over loopback, whatever this machine is called.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
    try:
        spark = _connected(remote) if remote else _own(str(master))
        for name, value in _OPTIONS.items():
            spark.conf.set(name, value)
    except ImportError as error:
        advice = "pip install 'rolecall[spark]'" + ("" if remote else "; it needs Java 17 too")
        raise UsageError(f"Spark is not installed: {advice}") from error
    except RolecallError:
        raise
    except Exception as error:
        where = remote or master
        raise RolecallError(f"Spark does not start on {where}: {first_line(error)}") from error
    try:
        yield spark
    finally:
        spark.stop()


def _own(master: str) -> "SparkSession":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it says of other packages is for its developers
        from pyspark.sql import SparkSession
    builder = SparkSession.builder.appName("rolecall").master(master)
    for name, value in _OWN_OPTIONS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _connected(remote: str) -> "SparkSession":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import grpc
        from pyspark.sql import SparkSession
        from pyspark.sql.connect.client import DefaultChannelBuilder
    # Spark itself goes on asking for ten minutes, and says nothing.
    with DefaultChannelBuilder(remote).toChannel() as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=_ANSWER_SECONDS)
        except grpc.FutureTimeoutError as error:
            raise RolecallError(
                f"no Spark Connect server answers at {remote}; start one, or give a cluster with --master"
            ) from error
    return SparkSession.builder.appName("rolecall").remote(remote).getOrCreate()


def first_line(error: Exception) -> str:
    """Return what an error of Spark says, without the pages below it."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)

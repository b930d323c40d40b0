"""`rolecall job providers` and `rolecall job uploads`: who trains, and what lies there."""

from dataclasses import asdict
from typing import Annotated

import typer

from rolecall.cli.common import JsonOption, store_of
from rolecall.cli.jobs import AddressOption, AgreedOption, ProviderOption, agree
from rolecall.cli.printing import note, out, print_json, print_rows, shown

COLUMNS = ("upload_id", "name", "byte_count", "status", "created_at", "job_ids", "is_needed", "base_url")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: rolecall job providers")(providers)
    app.command(epilog="Example: rolecall job uploads --delete file-abc123")(uploads)


def providers(is_json: JsonOption = False) -> None:
    """Show who trains, and what each needs.

    Also whether it still takes new users, and whether it was ever tried.
    """
    from rolecall.jobs import list_providers

    listed = list_providers()
    if is_json:
        print_json([asdict(about) for about in listed])
        return
    for about in listed:
        closing = f", closes on {about.closes_on}" if about.closes_on else ""
        out(f"{about.provider}: {about.label}, {about.base_url}")
        out(f"  new users: {shown(about.takes_new_users)}{closing}")
        tried = "yes" if about.was_tried else "no, only against test servers that speak its dialect"
        out(f"  tried against the real service: {tried}")
        out(
            f"  needs: a key in {about.key_variable}; --format {about.format};"
            f" at least {about.example_minimum} examples"
        )
        weights = "honoured" if about.has_weights else "not known to be honoured"
        out(f"  at most {about.byte_limit:,} bytes a file; weight 0 is {weights}")
        out(f"  hyperparameters: {', '.join(about.hyperparameters)}")
        if about.needs_deployment:
            out("  a trained model must be deployed before anybody can chat with it")
        out(f"  {about.note}")


def uploads(
    context: typer.Context,
    provider: ProviderOption = None,
    base_url: AddressOption = None,
    delete: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Delete this file; may be repeated.")
    ] = None,
    is_all: Annotated[
        bool, typer.Option("--delete-unneeded", help="Delete every file that no job wants any more.")
    ] = False,
    is_agreed: AgreedOption = False,
    is_json: JsonOption = False,
) -> None:
    """List or delete the files that lie at a provider.

    Without a provider it asks at every address that a job of this store went to.
    """
    store = store_of(context)
    upload_ids = list(delete or [])
    listed = store.uploads(provider=provider, base_url=base_url)
    if is_all:
        upload_ids += [upload.upload_id for upload in listed if not upload.is_needed]
    if not (upload_ids or is_all):
        rows = [{**asdict(upload), "job_ids": ", ".join(map(str, upload.job_ids))} for upload in listed]
        print_rows(rows, COLUMNS, is_json=is_json)
        return
    agree(
        is_agreed, f"this deletes {len(upload_ids)} files at the provider", f"Delete {len(upload_ids)} files?"
    )
    deleted = store.delete_uploads(upload_ids, provider=provider, base_url=base_url)
    print_rows([asdict(upload) for upload in deleted], ("upload_id", "name", "base_url"), is_json=is_json)
    note(f"{len(deleted)} deleted")

"""The options that name a cluster, shared by the commands that read on one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.cluster.workers import Workers

Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Have screenshots and large texts read by the Dask workers of this scheduler: tls://HOST:PORT, "
        "or tcp://HOST:PORT on this machine. Without it nothing is connected to.",
    ),
]
Authority = Annotated[
    Path | None,
    typer.Option("--cluster-ca", metavar="FILE", help="Whose signature a scheduler's certificate must bear (PEM)."),
]
Certificate = Annotated[
    Path | None, typer.Option("--cluster-cert", metavar="FILE", help="Our certificate for the cluster (PEM).")
]
Key = Annotated[Path | None, typer.Option("--cluster-key", metavar="FILE", help="Its private key (PEM).")]
InClear = Annotated[
    bool,
    typer.Option(
        "--cluster-in-clear",
        help="Accept tcp:// to another machine: whoever is in between can read the messages and run programs here.",
    ),
]


@contextmanager
def workers(
    address: str | None,
    files: tuple[Path | None, Path | None, Path | None],
    in_clear: bool,
    language: str,
) -> Iterator[Workers | None]:
    """The workers of a cluster, connected to; None where none is named.

    ``files``: authority, certificate, key. Raises as ``Workers`` does, and ``UsageError`` for certificates without a
    cluster.
    """
    if address is None:
        if any(files) or in_clear:
            raise UsageError(
                "--cluster-ca, -cert, -key and -in-clear say how to reach a cluster: name it with --cluster."
            )
        yield None
        return
    from archiver.cluster.workers import Place, Workers

    with Workers(Place(address, *files, in_clear), language) as connected:
        yield connected

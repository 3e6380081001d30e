"""The cluster as ingest sees it: something that is given sources and answers readings. Only here is Dask known."""

from __future__ import annotations

import gc
import ipaddress
import logging
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from archiver.cluster import there, travel
from archiver.errors import ArchiverError, MissingTool, UsageError
from archiver.model import Bundle, Reading, ReadingOptions, Source
from archiver.reading.routes import read_bundle

ANSWERS_WITHIN = 8
"""Seconds in which a scheduler, and a first worker, must answer."""
LOOK_AGAIN = 5
"""Seconds after which a wait for a reading looks whether there is anybody left to read."""
PATIENCE = 20
"""Seconds in which new workers may come where none is left."""
SMALLEST, LARGEST = 1 << 19, 1 << 29
"""Bytes of a text that is sent: a smaller one is read here sooner than it is sent, a larger one would not fit."""
CLEAN_UP_EVERY = 256
"""Orders after which this process collects its garbage: ingest has switched the collector off."""

_ADDRESS = re.compile(r"(?P<scheme>tcp|tls)://(?P<host>\[[0-9A-Fa-f:]+\]|[^\s/:\[\]]+):(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the scheduler is, and how it is trusted."""

    address: str
    ca: Path | None = None
    """The authority that signed the certificates of scheduler and workers."""
    certificate: Path | None = None
    key: Path | None = None
    in_clear: bool = False
    """Whether a person accepts another machine without TLS."""

    def checked(self) -> Place:
        """The same, where it can be meant. Raises ``UsageError`` where not: then nothing is connected to."""
        found = _ADDRESS.fullmatch(self.address)
        if not found:
            raise UsageError(f"--cluster {self.address}: write it as tcp://HOST:PORT or tls://HOST:PORT.")
        files = {"--cluster-ca": self.ca, "--cluster-cert": self.certificate, "--cluster-key": self.key}
        if found["scheme"] == "tls":
            for option, path in files.items():
                if path is None or not path.is_file():
                    raise UsageError(f"{option}: TLS needs this file{'' if path is None else f', and {path} is none'}.")
        elif any(files.values()):
            raise UsageError(f"--cluster {self.address}: certificates are given, so write it as tls://HOST:PORT.")
        elif not _is_loopback(found["host"].strip("[]")) and not self.in_clear:
            raise UsageError(
                f"--cluster {self.address}: another machine, and without TLS anyone between could read the messages "
                "and run programs here. Use tls:// with --cluster-ca, --cluster-cert and --cluster-key, "
                "or accept it with --cluster-in-clear."
            )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Workers:
    """A connection to a scheduler: gives sources away to be read and is left with ``with``."""

    def __init__(self, place: Place, language: str) -> None:
        """Connect. Raises ``UsageError``, ``MissingTool`` without Dask, ``ArchiverError`` where nobody answers or
        where the workers do not all read with the same programs as this one."""
        place.checked()
        self.address, self.language = place.address, language
        self.client = _client(place)
        self.sent = 0
        self.is_deserted = False
        """Whether nobody was left for so long that what is still out is not waited for either."""
        try:
            self.about = self._agreed()
            self.count = sum(self.client.nthreads().values())
        except BaseException:
            self.client.close(timeout=2)
            raise

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.client.close(timeout=5)

    def submit(
        self, read: Callable[[Source, ReadingOptions], list[Reading]], source: Source, options: ReadingOptions
    ) -> _Awaited:
        """Have a source read; ``read`` is how it is read here, where nothing of it is worth sending."""
        if not any(map(is_sent, source.bundles)):
            return _Awaited(lambda: read(source, options))
        bundles = iter(source.bundles)
        pending = deque((bundle, self._send(bundle, options)) for bundle in islice(bundles, 2 * self.count))
        return _Awaited(lambda: list(self._gathered(bundles, pending, options)))

    def _gathered(
        self, bundles: Iterator[Bundle], pending: deque[tuple[Bundle, Any]], options: ReadingOptions
    ) -> Iterator[Reading]:
        """The readings of a source in order; of its bundles twice as many are under way as there are workers."""
        while pending:
            bundle, future = pending.popleft()
            pending.extend((following, self._send(following, options)) for following in islice(bundles, 1))
            yield read_bundle(bundle, options) if future is None else self._fetched(bundle, future)

    def _send(self, bundle: Bundle, options: ReadingOptions) -> Any:
        """Dask's future for a bundle; None for one that is read here."""
        if not is_sent(bundle):
            return None
        self.sent += 1
        if self.sent % CLEAN_UP_EVERY == 0:
            gc.collect()
        from distributed.client import ClosedClientError

        head, content = travel.order_of(bundle, options)
        try:
            return self.client.submit(there.read, head, content, self.language, pure=False)
        except ClosedClientError:
            raise self._gone(bundle) from None

    def _fetched(self, bundle: Bundle, future: Any) -> Reading:
        """What came back. Raises ``ArchiverError`` where nobody is left to read, or reading it kills its readers."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        deserted = 0
        while True:
            try:
                return travel.reading_of(future.result(timeout=LOOK_AGAIN), self.about, bundle)
            except TimeoutError:
                deserted = 0 if self._is_anybody_there() else deserted + LOOK_AGAIN
                if self.is_deserted or deserted >= PATIENCE:
                    self.is_deserted = True
                    raise self._gone(bundle) from None
            except KilledWorker:
                raise ArchiverError(
                    f"{bundle.main.name}: several workers ended while they read it. Nothing of it was taken."
                ) from None
            except (FutureCancelledError, OSError):
                raise self._gone(bundle) from None

    def _is_anybody_there(self) -> bool:
        """Whether the scheduler answers, and has a worker: one that has just died would be waited for without end."""
        if self.is_deserted or self.client.status != "running":
            return False
        try:
            return bool(self.client.sync(self.client.scheduler.ncores, callback_timeout=LOOK_AGAIN))
        except (TimeoutError, OSError):
            return False

    def _gone(self, bundle: Bundle) -> ArchiverError:
        return ArchiverError(
            f"{bundle.main.name}: no worker of {self.address} is left to read it. What was taken stays taken; "
            "start them again and repeat the command: it goes on where it stopped."
        )

    def _agreed(self) -> str:
        """What all workers read with. Raises ``ArchiverError`` where it is not one, or not this program."""
        try:
            self.client.wait_for_workers(1, timeout=ANSWERS_WITHIN)
            told = self.client.run(there.about, self.language)
        except TimeoutError:
            raise ArchiverError(f"{self.address}: the scheduler has no worker. Start some: see the README.") from None
        except ImportError:
            raise ArchiverError(f"{self.address}: a worker lacks this program. Install the same there.") from None
        if len(set(told.values())) > 1:
            differing = "; ".join(sorted(set(told.values())))
            raise ArchiverError(f"{self.address}: the workers read with different programs ({differing}).")
        about = str(next(iter(told.values())))
        if not about.startswith(there.readers()):
            raise ArchiverError(
                f"{self.address}: the workers read with {about}, this machine with {there.readers()}. "
                "Install the same everywhere, or the record would differ."
            )
        return about


@dataclass(frozen=True, slots=True)
class _Awaited:
    """The readings of a source, when they are there."""

    result: Callable[[], list[Reading]]
    """Gives all of them, in the order of the bundles. Raises what reading them raised."""


def is_sent(bundle: Bundle) -> bool:
    """Whether a bundle is read by a worker."""
    return bundle.main.size <= LARGEST and (bundle.picture or bundle.main.size >= SMALLEST)


def _client(place: Place) -> Any:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise MissingTool(
            f"--cluster needs Dask: pip install 'archiver[cluster]' ({error.name} is missing)."
        ) from error
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said here, once
    dask.config.set({"distributed.admin.large-graph-warning-threshold": 4 * LARGEST})
    security = None
    if place.ca is not None:
        security = distributed.Security(  # type: ignore[no-untyped-call]
            tls_ca_file=str(place.ca),
            tls_client_cert=str(place.certificate),
            tls_client_key=str(place.key),
            require_encryption=True,
        )
    try:
        return distributed.Client(  # type: ignore[no-untyped-call]
            place.address, security=security, timeout=ANSWERS_WITHIN, set_as_default=False, direct_to_workers=False
        )
    except (OSError, TimeoutError) as error:
        raise ArchiverError(
            f"{place.address}: no scheduler answers there ({type(error).__name__}). Start one: see the README."
        ) from error

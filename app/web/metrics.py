"""What the square measures of itself, for Prometheus; it names no member, and answers only to machines of the house."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from math import inf
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from msgspec import Struct
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from app.config import Network
from app.measures import Queue
from app.publishing import Watched, WitnessState
from app.square import Square
from app.store.engines import Tx
from app.store.ledger import latest_checkpoint, read_head
from app.store.states import InState, cases_by_state, votes_by_state
from app.web.requests import PageRequest

FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers by which a proxy says that it asks for somebody else."""


class Measured(Struct, frozen=True):
    """The ledger at one moment: `signed_at` is Unix ms, 0 where nothing was signed."""

    entries: int
    signed: int
    signed_at: int
    is_frozen: bool
    watched: Watched | None
    cases: Sequence[InState]
    votes: Sequence[InState]


@get("/metrics", include_in_schema=False)
async def show_metrics(request: PageRequest, square: Square) -> Response[bytes]:
    """The ledger, its witnesses, its queues and what waits, in figures; 404 for whoever is not of the house."""
    if not _is_of_the_house(request, square.config.trusted_proxies):
        raise NotFoundException
    measured = await square.database.read(lambda tx: _measure(tx, square))
    registry = _registry(measured, square.clock.now())
    registry.register(_Running(square))
    told = generate_latest(registry)
    return Response(told, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


def _is_of_the_house(request: PageRequest, trusted: tuple[Network, ...]) -> bool:
    """Whether this machine, or one of the trusted proxies, asks for itself."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return False
    return peer.is_loopback or any(peer in network for network in trusted)


async def _measure(tx: Tx, square: Square) -> Measured:
    head, latest = await read_head(tx), await latest_checkpoint(tx)
    signed, at = (latest.size, latest.at) if latest else (0, 0)
    return Measured(
        head.size,
        signed,
        at,
        bool(head.frozen),
        await square.publishing.watched(tx),
        await cases_by_state(tx, square.clock.now()),
        await votes_by_state(tx),
    )


def _registry(measured: Measured, now: int) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, what: str, value: float) -> None:
        Gauge(f"isegoria_{name}", what, registry=registry).set(value)

    gauge("ledger_entries", "Entries of the ledger.", measured.entries)
    gauge("ledger_signed_entries", "Entries that the last checkpoint signs.", measured.signed)
    if measured.signed:
        age = (now - measured.signed_at) / 1000
        gauge("checkpoint_age_seconds", "Since when the last checkpoint is signed.", age)
    gauge("ledger_frozen", "Whether the ledger is frozen.", measured.is_frozen)
    for what, found in (("cases", measured.cases), ("votes", measured.votes)):
        states = Gauge(f"isegoria_{what}", f"How many {what} there are, by state.", ("state",), registry=registry)
        for one in found:
            states.labels(one.state).set(one.number)
    if measured.watched is not None:
        is_met = not measured.watched.waits
        gauge("witness_quorum_met", "Whether the last checkpoint has its quorum of witnesses.", is_met)
        gauge("witness_quorum_entries", "Entries of the largest checkpoint with a quorum.", measured.watched.size)
        _add_witnesses(registry, measured.watched.witnesses, now)
    return registry


def _add_witnesses(registry: CollectorRegistry, witnesses: tuple[WitnessState, ...], now: int) -> None:
    """Those that never cosigned have a size of 0 and no age."""
    labels = ("key", "counted")
    sizes = Gauge("isegoria_witness_entries", "Entries that a witness has cosigned.", labels, registry=registry)
    ages = Gauge("isegoria_witness_age_seconds", "Since a witness last cosigned.", labels, registry=registry)
    for one in witnesses:
        values = (one.key, "yes" if one.is_counted else "no")
        sizes.labels(*values).set(one.size)
        if one.size:
            ages.labels(*values).set((now - one.at) / 1000)


class _Running(Collector):
    """What this process has counted since it began: of its queues, and of what the law refused."""

    def __init__(self, square: Square) -> None:
        self._queues: dict[str, Queue] = {
            "door": square.door.queue,
            "votes": square.polling.queue,
            "polls": square.ballots.queue,
        }
        self._refusals = square.refusals
        self._streams = square.streams

    def collect(self) -> Iterator[Metric]:
        """The families of figures, as Prometheus asks for them."""
        waiting = GaugeMetricFamily("isegoria_queue_waiting", "Acts or ballots that wait.", labels=("queue",))
        items = CounterMetricFamily("isegoria_queue_committed", "Acts or ballots committed.", labels=("queue",))
        seconds = HistogramMetricFamily("isegoria_commit_seconds", "How long a commit took.", labels=("queue",))
        for name, queue in self._queues.items():
            commits = queue.commits
            waiting.add_metric((name,), len(queue))
            items.add_metric((name,), commits.items)
            buckets = [("+Inf" if bound == inf else str(bound), number) for bound, number in commits.up_to()]
            seconds.add_metric((name,), buckets, commits.seconds)
        refused = CounterMetricFamily("isegoria_refusals", "What people were refused, by clause.", labels=("clause",))
        for clause, number in sorted(self._refusals.items()):
            refused.add_metric((clause,), number)
        clients = GaugeMetricFamily("isegoria_stream_clients", "Clients that this process streams to.")
        clients.add_metric((), len(self._streams.clients))
        yield from (waiting, items, seconds, refused, clients)


routes = [show_metrics]

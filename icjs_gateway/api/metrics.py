"""Counters of the HTTP surface, and what the store tells, for Prometheus. Labels come from closed lists: never a
partner, never an id.

What the store tells is the operator's alone: alarms about a partner's word are invisible to that partner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from icjs_gateway.routing.alarms import AlarmCode, AlarmCount
from icjs_gateway.routing.loops import Health
from icjs_gateway.routing.set_aside import LoopName

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class _LoopMetrics(Collector):
    """What the background loops tell of themselves, as it was looked at last."""

    health: Health | None = None

    def collect(self) -> Iterator[Metric]:
        failures = CounterMetricFamily(
            "icjs_loop_failures", "Turns of a background loop that failed, and rows that it set aside", labels=["loop"]
        )
        aside = GaugeMetricFamily(
            "icjs_rows_set_aside", "Rows that failed alone, and are tried again from time to time", labels=["loop"]
        )
        if self.health is not None:
            for name in LoopName:
                failures.add_metric([name.value], self.health.failures.get(name.value, 0))
                aside.add_metric([name.value], self.health.set_aside.get(name.value, 0))
        yield failures
        yield aside


class ApiMetrics:
    """`registry` has what is counted at the door, and may be shared with other parts of the process; `of_the_store`
    what the store and the background loops tell."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self.of_the_store = CollectorRegistry()
        self._loops = _LoopMetrics()
        self.of_the_store.register(self._loops)
        self.messages = Counter(
            "icjs_messages",
            "Messages receipted: kept for the first time, or replayed from the stored receipt",
            ["contract", "channel", "outcome"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "icjs_refusals", "Requests refused, by kind of problem", ["reason"], registry=self.registry
        )
        self.unauthenticated = Counter(
            "icjs_unauthenticated",
            "Requests refused to nobody known: no credentials, or wrong ones",
            ["surface"],
            registry=self.registry,
        )
        self.connections_refused = Counter(
            "icjs_connections_refused",
            "Requests and connections refused by the server, before the application saw them",
            ["code"],
            registry=self.registry,
        )
        self.failures = Counter(
            "icjs_unexpected_failures", "Requests that ended in a fault of the gateway", registry=self.registry
        )
        self.alarms_raised = Gauge(
            "icjs_alarms_raised", "Alarms that were ever raised, by the store", ["code"], registry=self.of_the_store
        )
        self.alarms_standing = Gauge(
            "icjs_alarms_standing", "Alarms that nobody has cleared yet", ["code"], registry=self.of_the_store
        )
        self.alarms_recipients = Gauge(
            "icjs_alarms_recipients",
            "Recipients that have not got what a standing alarm is about, each counted once an order",
            ["code"],
            registry=self.of_the_store,
        )
        self.reports_unconsumed = Gauge(
            "icjs_reports_unconsumed",
            "Final reports that courts have had for longer than ICJS_UNCONSUMED_DAYS and have not consumed",
            registry=self.of_the_store,
        )
        self.seconds = Histogram(
            "icjs_request_seconds",
            "Time from a request's head to the end of its answer",
            ["endpoint", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def alarms_are(self, counts: Mapping[AlarmCode, AlarmCount]) -> None:
        """What the store says of alarms, whichever process raised them."""
        for code in AlarmCode:
            count = counts.get(code, AlarmCount(raised=0, standing=0))
            self.alarms_raised.labels(code.value).set(count.raised)
            self.alarms_standing.labels(code.value).set(count.standing)
            self.alarms_recipients.labels(code.value).set(count.recipients)

    def loops_are(self, health: Health) -> None:
        """How the background loops are, whichever process of the gateway they run in."""
        self._loops.health = health

    def refused_by_server(self, code: str) -> None:
        """For the server's `on_refused`; its codes are a closed list."""
        self.connections_refused.labels(code).inc()

"""Counters of the HTTP surface, for Prometheus. Labels come from closed lists: never a partner, never an id."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from icjs_gateway.routing.alarms import Alarm, AlarmCode

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class ApiMetrics:
    """What is counted at the door. `registry` may be shared with other parts of the process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
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
        self.alarms = Counter(
            "icjs_alarms", "Alarms raised: what a person has to look at", ["code"], registry=self.registry
        )
        self.alarms_standing = Gauge(
            "icjs_alarms_standing", "Alarms that nobody has cleared yet", ["code"], registry=self.registry
        )
        self.seconds = Histogram(
            "icjs_request_seconds",
            "Time from a request's head to the end of its answer",
            ["endpoint", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def alarm_raised(self, alarm: Alarm) -> None:
        """For the watch."""
        self.alarms.labels(alarm.code.value).inc()

    def alarms_stand(self, standing: Mapping[AlarmCode, int]) -> None:
        """For the watch, after every look."""
        for code in AlarmCode:
            self.alarms_standing.labels(code.value).set(standing.get(code, 0))

    def refused_by_server(self, code: str) -> None:
        """For the server's `on_refused`; its codes are a closed list."""
        self.connections_refused.labels(code).inc()

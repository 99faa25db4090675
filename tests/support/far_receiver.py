"""A simulated receiver that the gateway reaches through a faulty proxy."""

from __future__ import annotations

from dataclasses import dataclass, field

from icjs_gateway.simulators.receiver import Receiver
from tests.support.faulty_proxy import FaultyProxy


@dataclass
class FarReceiver(Receiver):
    """A receiver that is reached through a faulty proxy."""

    proxy: FaultyProxy = field(default_factory=lambda: FaultyProxy("127.0.0.1", 0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}/hook"

    async def start(self) -> None:
        await Receiver.start(self)
        self.proxy.target_port = self._socket.getsockname()[1]
        await self.proxy.start()

    async def stop(self) -> None:
        await self.proxy.stop()
        await Receiver.stop(self)

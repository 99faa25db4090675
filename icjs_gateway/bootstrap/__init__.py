"""The composition root: the one place where the parts of a gateway meet.

Everything else takes what it needs as arguments.

store      the store that a process opens, and what decisions are taken with
surface    the HTTP surface
fronts     front processes
core       the gateway: its parts, started in order and stopped in reverse
"""

from icjs_gateway.bootstrap.core import serve_gateway
from icjs_gateway.bootstrap.fronts import serve_front
from icjs_gateway.bootstrap.store import Store, desk_bench, desk_retell, open_store

__all__ = ["Store", "desk_bench", "desk_retell", "open_store", "serve_front", "serve_gateway"]

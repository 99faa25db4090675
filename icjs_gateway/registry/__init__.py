"""Contract folders, compiled: XSD, JSON Schema, WSDL, mapping.

`load_contracts(extra)` gives every contract that the package carries, and those of a folder that an operator adds.
"""

from icjs_gateway.registry.delivery import load_head_waits
from icjs_gateway.registry.loading import load_contracts, packaged_contracts

__all__ = ["load_contracts", "load_head_waits", "packaged_contracts"]

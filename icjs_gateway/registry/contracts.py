"""All compiled contracts, by id, by SOAP payload, and as service descriptions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.outbound import CompiledOutbound
from icjs_gateway.registry.queries import CompiledQuery
from icjs_gateway.registry.schema_parts import parts_of, served
from icjs_gateway.registry.wsdl import GATEWAY_SCHEMA_NAME, Operation, describe
from icjs_gateway.routing.contracts import Wire


class CompiledContracts:
    """Satisfies `routing.contracts.Contracts`."""

    def __init__(
        self,
        contracts: Sequence[CompiledContract],
        *,
        gateway_schema: Path,
        queries: Sequence[CompiledQuery] = (),
        outbound: Sequence[CompiledOutbound] = (),
    ) -> None:
        self._by_id = {contract.id: contract for contract in sorted(contracts, key=lambda contract: contract.id)}
        self._by_root = {
            (contract.pillar, contract.root): contract for contract in contracts if Wire.SOAP in contract.wires
        }
        self._queries = {query.exchange: query for query in sorted(queries, key=lambda query: query.id)}
        self._query_roots = {(query.pillar, query.root): query for query in queries}
        self._outbound = {each.id: each for each in sorted(outbound, key=lambda each: each.id)}
        self._gateway_schema = gateway_schema

    def get(self, contract_id: str) -> CompiledContract:
        """Raises NotFound, naming near ids."""
        contract = self._by_id.get(contract_id)
        if contract is None:
            near = difflib.get_close_matches(contract_id[:200], self._by_id, n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(self._by_id)}"
            raise NotFound("There is no such contract.", [Finding(code="CONTRACT-UNKNOWN", hint=hint)])
        return contract

    def by_root(self, pillar: str, root: str) -> CompiledContract | None:
        """The SOAP contract of a pillar whose payload has this root element."""
        return self._by_root.get((pillar, root))

    def all(self) -> Iterable[CompiledContract]:
        return self._by_id.values()

    def outbound(self, contract_id: str) -> CompiledOutbound:
        """What a subscription may be served in. Raises NotFound, naming those there are."""
        contract = self._outbound.get(contract_id)
        if contract is None:
            hint = f"there are cloudevents, {', '.join(self._outbound)}"
            raise NotFound("There is no such outbound contract.", [Finding(code="CONTRACT-UNKNOWN", hint=hint)])
        return contract

    def all_outbound(self) -> Iterable[CompiledOutbound]:
        return self._outbound.values()

    def query(self, exchange: str) -> CompiledQuery:
        """The query at `/v1/queries/{exchange}`. Raises NotFound."""
        query = self._queries.get(exchange)
        if query is None:
            hint = f"there are {', '.join(self._queries)}"
            raise NotFound("There is no such query.", [Finding(code="QUERY-UNKNOWN", hint=hint)])
        return query

    def query_by_root(self, pillar: str, root: str) -> CompiledQuery | None:
        """The query of a pillar that this SOAP payload asks."""
        return self._query_roots.get((pillar, root))

    def queries(self) -> Iterable[CompiledQuery]:
        return self._queries.values()

    def wsdl(self, pillar: str, location: str, *, whole: bool = False) -> bytes:
        """The pillar's service description with its address; `whole` with its schemas in it. Raises NotFound."""
        operations = [
            Operation(
                name=contract.operation or "",
                title=contract.title,
                root=contract.declaration.root or "",
                namespace=contract.declaration.namespace or "",
                schema_name=contract.declaration.schema_name,
            )
            for contract in self._soap(pillar)
        ]
        operations += [
            Operation(
                name=query.operation,
                title=query.title,
                root=query.declaration.request,
                namespace=query.declaration.namespace,
                schema_name=query.declaration.schema_name,
                response=query.declaration.response,
            )
            for query in self._asked(pillar)
        ]
        if not whole:
            return describe(pillar, operations, location)
        names = (GATEWAY_SCHEMA_NAME, *(each.schema_name for each in operations))
        return describe(pillar, operations, location, [self.wsdl_part(pillar, name, location) for name in names])

    def wsdl_part(self, pillar: str, name: str, location: str) -> bytes:
        """A schema that the WSDL at an address imports, or a file that one needs, by its name. Raises NotFound."""
        schemas = {each.declaration.schema_name: each.declaration.schema_file for each in self._soap(pillar)}
        schemas |= {each.declaration.schema_name: each.declaration.schema_file for each in self._asked(pillar)}
        if name == GATEWAY_SCHEMA_NAME:
            return self._gateway_schema.read_bytes()
        for schema_name, file in schemas.items():
            parts = parts_of(schema_name, file)
            if name in parts:
                return served(parts[name], parts, location)
        raise NotFound("This service has no such schema.")

    def _soap(self, pillar: str) -> list[CompiledContract]:
        found = [c for c in self._by_id.values() if c.pillar == pillar and Wire.SOAP in c.wires]
        if not found and not self._asked(pillar):
            raise NotFound("There is no such SOAP service.")
        return found

    def _asked(self, pillar: str) -> list[CompiledQuery]:
        return [query for query in self._queries.values() if query.pillar == pillar]

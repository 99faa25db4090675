"""Service descriptions: WSDL 1.1 for SOAP 1.1, document/literal bare, one service a pillar.

Generated from the declarations, so that an added contract folder is an added operation. Schemas are imported from the
service's own address (`?xsd=NAME`), because a client may load nothing from anywhere else; or they stand in the
description itself (`?singleWsdl`, as .NET asks), for clients that load nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

GATEWAY_SCHEMA_NAME = "gateway.xsd"
_GATEWAY = "urn:icjs:gateway:1"
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml\s[^>]*\?>\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: its payload's root element, and the schema that declares it."""

    name: str
    title: str
    root: str
    namespace: str
    schema_name: str
    response: str | None = None
    """The root element of the answer in the same namespace; a message is answered by a receipt."""


def describe(
    pillar: str, operations: Sequence[Operation], location: str, schemas: Sequence[bytes] | None = None
) -> bytes:
    """The WSDL of a pillar's service at an address; with the text of its schemas, where they are given."""
    name = pillar.capitalize()
    target = f"urn:icjs:{pillar}:service"
    prefixes = {operation.namespace: f"p{index}" for index, operation in enumerate(operations, 1)}
    imported = [(_GATEWAY, GATEWAY_SCHEMA_NAME), *((each.namespace, each.schema_name) for each in operations)]
    types = (
        _imports(imported, location) if schemas is None else [_DECLARATION.sub("", each.decode()) for each in schemas]
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"',
        '    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema"',
        f"    xmlns:gateway={quoteattr(_GATEWAY)} xmlns:tns={quoteattr(target)} targetNamespace={quoteattr(target)}",
        *(f"    xmlns:{prefix}={quoteattr(namespace)}" for namespace, prefix in prefixes.items()),
        f'    name="{name}Service">',
        "  <wsdl:types>",
        *types,
        "  </wsdl:types>",
        '  <wsdl:message name="Receipt"><wsdl:part name="receipt" element="gateway:Receipt"/></wsdl:message>',
        '  <wsdl:message name="Problem"><wsdl:part name="problem" element="gateway:Problem"/></wsdl:message>',
        *(
            f'  <wsdl:message name="{each.name}">'
            f'<wsdl:part name="document" element="{prefixes[each.namespace]}:{each.root}"/></wsdl:message>'
            for each in operations
        ),
        *(
            f'  <wsdl:message name="{each.response}">'
            f'<wsdl:part name="answer" element="{prefixes[each.namespace]}:{each.response}"/></wsdl:message>'
            for each in operations
            if each.response is not None
        ),
        f'  <wsdl:portType name="{name}PortType">',
        *(line for each in operations for line in _offered(each)),
        "  </wsdl:portType>",
        f'  <wsdl:binding name="{name}Binding" type="tns:{name}PortType">',
        '    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
        *(line for each in operations for line in _bound(each)),
        "  </wsdl:binding>",
        f'  <wsdl:service name="{name}Service">',
        f'    <wsdl:port name="{name}Port" binding="tns:{name}Binding">',
        f"      <soap:address location={quoteattr(location)}/>",
        "    </wsdl:port>",
        "  </wsdl:service>",
        "</wsdl:definitions>",
        "",
    ]
    return "\n".join(lines).encode()


def describe_call_back(pillar: str, operation: Operation) -> bytes:
    """The WSDL of what a partner offers for the gateway to call: one operation, answered by an `Acknowledgement`.

    The address is a placeholder; the partner puts its own there. The schema lies beside the WSDL.
    """
    service = f"{pillar.capitalize()}{operation.root}"
    target = f"{operation.namespace}:service"
    namespace, schema = quoteattr(operation.namespace), quoteattr(operation.schema_name)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Written by `icjs-gateway contracts goldens`. -->",
        '<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"',
        '    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema"',
        f"    xmlns:p={namespace} xmlns:tns={quoteattr(target)} targetNamespace={quoteattr(target)}",
        f'    name="{service}Service">',
        "  <wsdl:types>",
        "    <xs:schema>",
        f"      <xs:import namespace={namespace} schemaLocation={schema}/>",
        "    </xs:schema>",
        "  </wsdl:types>",
        f'  <wsdl:message name="{operation.name}">'
        f'<wsdl:part name="document" element="p:{operation.root}"/></wsdl:message>',
        f'  <wsdl:message name="{operation.response}">'
        f'<wsdl:part name="answer" element="p:{operation.response}"/></wsdl:message>',
        f'  <wsdl:portType name="{service}PortType">',
        f'    <wsdl:operation name="{operation.name}">',
        f"      <wsdl:documentation>{escape(operation.title)}</wsdl:documentation>",
        f'      <wsdl:input message="tns:{operation.name}"/>',
        f'      <wsdl:output message="tns:{operation.response}"/>',
        "    </wsdl:operation>",
        "  </wsdl:portType>",
        f'  <wsdl:binding name="{service}Binding" type="tns:{service}PortType">',
        '    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
        f'    <wsdl:operation name="{operation.name}">',
        f'      <soap:operation soapAction="{operation.namespace}:{operation.name}" style="document"/>',
        '      <wsdl:input><soap:body use="literal"/></wsdl:input>',
        '      <wsdl:output><soap:body use="literal"/></wsdl:output>',
        "    </wsdl:operation>",
        "  </wsdl:binding>",
        f'  <wsdl:service name="{service}Service">',
        f'    <wsdl:port name="{service}Port" binding="tns:{service}Binding">',
        '      <soap:address location="https://partner.example/icjs"/>',
        "    </wsdl:port>",
        "  </wsdl:service>",
        "</wsdl:definitions>",
        "",
    ]
    return "\n".join(lines).encode()


def _imports(schemas: Sequence[tuple[str, str]], location: str) -> list[str]:
    return [
        "    <xs:schema>",
        *(
            f"      <xs:import namespace={quoteattr(namespace)} schemaLocation={quoteattr(f'{location}?xsd={file}')}/>"
            for namespace, file in schemas
        ),
        "    </xs:schema>",
    ]


def _offered(operation: Operation) -> list[str]:
    return [
        f'    <wsdl:operation name="{operation.name}">',
        f"      <wsdl:documentation>{escape(operation.title)}</wsdl:documentation>",
        f'      <wsdl:input message="tns:{operation.name}"/>',
        f'      <wsdl:output message="tns:{operation.response or "Receipt"}"/>',
        '      <wsdl:fault name="Problem" message="tns:Problem"/>',
        "    </wsdl:operation>",
    ]


def _bound(operation: Operation) -> list[str]:
    return [
        f'    <wsdl:operation name="{operation.name}">',
        f'      <soap:operation soapAction="{operation.namespace}:{operation.name}" style="document"/>',
        '      <wsdl:input><soap:body use="literal"/></wsdl:input>',
        '      <wsdl:output><soap:body use="literal"/></wsdl:output>',
        '      <wsdl:fault name="Problem"><soap:fault name="Problem" use="literal"/></wsdl:fault>',
        "    </wsdl:operation>",
    ]

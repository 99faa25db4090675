"""What a partner's service description (WSDL 1.1) says of a document: its schemas, and its operation."""

from __future__ import annotations

from typing import Any

from lxml import etree

from icjs_gateway.model.errors import Misconfigured

SCHEMA = "schema.xsd"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
_XS = "{http://www.w3.org/2001/XMLSchema}"


def described_schemas(tree: Any, root: str | None) -> dict[str, bytes]:
    """The schema that declares the document's element as `schema.xsd`, and the others that stand beside it in the
    description, each imported by the name of its file. Raises Misconfigured."""
    schemas = tree.findall(f"{{{WSDL}}}types/{_XS}schema")
    declared = {id(each): [element.get("name") for element in each.findall(f"{_XS}element")] for each in schemas}
    declaring = [each for each in schemas if declared[id(each)] and (root is None or root in declared[id(each)])]
    if not any(declared.values()):
        raise Misconfigured("its schemas are imported; give the XSD itself")
    if len(declaring) != 1:
        names = ", ".join(str(name) for each in schemas for name in declared[id(each)])
        raise Misconfigured(f"name the document's element with --root: there are {names}")
    others = [each for each in schemas if each is not declaring[0]]
    files = {SCHEMA: declaring[0]} | {f"part-{number}.xsd": each for number, each in enumerate(others, 1)}
    by_namespace = {each.get("targetNamespace"): name for name, each in files.items()}
    for each in schemas:
        for imported in each.findall(f"{_XS}import"):
            name = by_namespace.get(imported.get("namespace"))
            if imported.get("schemaLocation") is None and name is not None:
                imported.set("schemaLocation", name)
    return {
        name: etree.tostring(each, encoding="UTF-8", xml_declaration=True, with_tail=False)
        for name, each in _needed(files).items()
    }


def _needed(files: dict[str, Any]) -> dict[str, Any]:
    """The first file and all that it leads to."""
    needed: dict[str, Any] = {}
    waiting = [SCHEMA]
    while waiting:
        name = waiting.pop()
        if name in files and name not in needed:
            needed[name] = files[name]
            waiting += [str(each.get("schemaLocation")) for each in files[name].findall(f"{_XS}import")]
    return needed


def operation_of(tree: Any, root: str) -> str:
    """The operation whose input is this element; the element's own name where none says so."""
    messages = {
        each.get("name"): [str(part.get("element")).rpartition(":")[2] for part in each.findall(f"{{{WSDL}}}part")]
        for each in tree.findall(f"{{{WSDL}}}message")
    }
    for operation in tree.iterfind(f"{{{WSDL}}}portType/{{{WSDL}}}operation"):
        given = operation.find(f"{{{WSDL}}}input")
        if given is not None and root in messages.get(str(given.get("message")).rpartition(":")[2], ()):
            return str(operation.get("name"))
    return root

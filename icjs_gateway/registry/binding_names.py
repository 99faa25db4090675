"""Names of a schema that collide in classes generated from it, as Java's binding compiler (JAXB, XJC) makes them.

A partner's developer generates classes from the WSDL without any customisation. XJC gives a class to every global
complexType, to every element whose complexType is anonymous (nested in the class around it) and to every global
enumeration; and a property to every element and attribute of a type. Where two of one scope come out alike, it
generates nothing at all; names that differ in case alone overwrite each other where file names have no case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from icjs_gateway.model.errors import Misconfigured

_XS = "http://www.w3.org/2001/XMLSchema"
_WORDS = re.compile(r"[^\W_]+")
_AFTER_DIGIT = re.compile(r"(?<=[0-9])[^\W\d_]")


def binding_faults(schema: Path) -> Iterator[str]:
    """One line a collision, with what to do, of an XSD and the files that it includes or imports.

    Raises Misconfigured for what is no schema.
    """
    import xmlschema

    try:
        compiled = xmlschema.XMLSchema(str(schema), allow="local")
    except xmlschema.XMLSchemaException as error:
        raise Misconfigured(f"{schema}: this is no schema: {str(error).strip().splitlines()[0]}") from None
    names = _Names()
    for kind in _own(compiled.maps.types):
        if kind.is_complex() or kind.enumeration:
            what = "complexType" if kind.is_complex() else "simpleType"
            names.enter(kind.target_namespace, (), kind.local_name, f"{what} {kind.local_name}")
            names.inside(kind, kind.target_namespace, (kind.local_name,))
    factory: dict[tuple[str, str], str] = {}
    for element in _own(compiled.maps.elements):
        space, name = element.target_namespace, element.local_name
        if element.type.name is None and element.type.is_complex():
            names.enter(space, (), name, f"element {name}")
            names.inside(element.type, space, (name,))
        elif (other := factory.setdefault((space, class_name(name).casefold()), name)) != name:
            names.faults.append(f"element {name} and element {other} differ in case alone: rename one")
    yield from (f"{schema}: {fault}" for fault in names.faults)


def class_name(name: str) -> str:
    """What XJC calls the class or property of a name: words put together, each with a capital (JAXB 2.3, D.2)."""
    joined = "".join(f"{word[:1].upper()}{word[1:]}" for word in _WORDS.findall(name))
    return _AFTER_DIGIT.sub(lambda letter: letter[0].upper(), joined)


class _Names:
    """Classes and properties as they are met, and where two are alike."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._classes: dict[tuple[str, ...], str] = {}

    def enter(self, space: str, around: tuple[str, ...], name: str, what: str) -> None:
        """A class of this name within those around it."""
        own = class_name(name)
        if not around and own == "ObjectFactory":
            self.faults.append(f"{what}: a class ObjectFactory is generated beside it; rename it")
        if own.casefold() in {class_name(each).casefold() for each in around}:
            where = "/".join((*around, name))
            self.faults.append(
                f"{where}: {what} has the name of what it stands in; give it a named type of another name"
            )
            return
        key = (space, *(class_name(each).casefold() for each in around), own.casefold())
        if (other := self._classes.setdefault(key, what)) != what:
            self.faults.append(f"{what} and {other} become one class; rename a type: no document changes by that")

    def inside(self, kind: Any, space: str, around: tuple[str, ...]) -> None:
        """The properties of a type, and the classes nested in it."""
        if not kind.is_complex():
            return
        properties: dict[str, str] = {}
        members = [
            (f"attribute {name.rpartition('}')[2]}", name.rpartition("}")[2]) for name in kind.attributes if name
        ]
        nested: set[str] = set()
        content = kind.content if kind.has_complex_content() or kind.has_mixed_content() else None
        for element in content.iter_elements() if content is not None else ():
            if element.local_name is None:
                continue
            members.append((f"element {element.local_name}", element.local_name))
            is_nested = element.ref is None and element.type.name is None and element.type.is_complex()
            if is_nested and element.local_name not in nested:
                nested.add(element.local_name)
                self.enter(space, around, element.local_name, f"element {element.local_name}")
                self.inside(element.type, space, (*around, element.local_name))
        for what, name in members:
            if (other := properties.setdefault(class_name(name).casefold(), what)) != what:
                self.faults.append(f"{'/'.join(around)}: {what} and {other} become one property; rename one")


def _own(components: Any) -> list[Any]:
    """Global components of a schema and of what it takes in, but for those of XML Schema itself."""
    return [each for each in components.values() if each.target_namespace != _XS and each.local_name]

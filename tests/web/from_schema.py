"""JSON Schema, as far as the published description uses it: values that fit a schema, and what does not fit."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SILENT = {"title", "description", "default", "type", "examples"}
_UNBOUND = 1 << 53
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
_FORMATS = {"date-time": _TIME, "date": r"\d{4}-\d\d-\d\d", "binary": r".*"}
_TEXT = r"^[^\x00]*$"
_FIRST, _LAST = map(datetime.fromisoformat, ("1890-01-01", "2040-01-01"))


class Schemas:
    """The schemas of one description, which refer to its parts."""

    def __init__(self, document: Schema) -> None:
        self._parts = document["components"]["schemas"]

    def whole(self, schema: Schema) -> Schema:
        """The schema itself, instead of a reference to it."""
        return self._parts[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def faults(self, value: Any, schema: Schema, at: str = "") -> Iterator[str]:
        """Everything that does not fit; a keyword that is not known here is a fault too."""
        schema = self.whole(schema)
        if "type" in schema and not _is_a(value, schema["type"]):
            yield f"{at}: {value!r} is no {schema['type']}"
            return
        for keyword, told in schema.items():
            if keyword in _SIMPLE:
                if not _SIMPLE[keyword](value, told):
                    yield f"{at}: {value!r} against {keyword} {told!r}"
            elif keyword == "anyOf":
                found = [list(self.faults(value, one, at)) for one in told]
                yield from () if not all(found) else min(found, key=len)
            elif keyword not in _SILENT and keyword not in ("properties", "additionalProperties", "patternProperties"):
                if keyword == "items":
                    yield from (f for n, one in enumerate(value) for f in self.faults(one, told, f"{at}.{n}"))
                elif keyword == "propertyNames":
                    yield from (f for name in value for f in self.faults(name, {"type": "string", **told}, at))
                else:
                    yield f"{at}: nobody here knows the keyword {keyword}"
        if isinstance(value, dict):
            yield from self._of_fields(value, schema, at)

    def _of_fields(self, value: dict[str, Any], schema: Schema, at: str) -> Iterator[str]:
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        rest = schema.get("additionalProperties", True)
        for name, one in value.items():
            told = [known[name]] if name in known else [s for p, s in patterns.items() if re.search(p, name)]
            if not told and rest is False:
                yield f"{at}.{name}: not declared"
            elif not told and isinstance(rest, dict):
                told = [rest]
            for its in told:
                yield from self.faults(one, its, f"{at}.{name}")


def _is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    return isinstance(value, _TYPES[kind])


_SIMPLE: dict[str, Callable[[Any, Any], bool]] = {
    "const": lambda value, told: value == told,
    "enum": lambda value, told: value in told,
    "required": lambda value, told: all(name in value for name in told),
    "minLength": lambda value, told: len(value) >= told,
    "maxLength": lambda value, told: len(value) <= told,
    "minItems": lambda value, told: len(value) >= told,
    "maxItems": lambda value, told: len(value) <= told,
    "minProperties": lambda value, told: len(value) >= told,
    "maxProperties": lambda value, told: len(value) <= told,
    "minimum": lambda value, told: value >= told,
    "maximum": lambda value, told: value <= told,
    "exclusiveMaximum": lambda value, told: value < told,
    "pattern": lambda value, told: re.search(told, value) is not None,
    "format": lambda value, told: re.fullmatch(_FORMATS[told], value) is not None,
}


class Maker:
    """Makes values that fit; what ``meant`` knows by the name of a field is what a caller would really send."""

    def __init__(self, schemas: Schemas, draw: Draw, meant: Mapping[str, Callable[[], Any]]) -> None:
        self._schemas = schemas
        self._draw = draw
        self._meant = meant

    def value(self, schema: Schema, name: str = "") -> Any:
        """A value of the field ``name``."""
        if name in self._meant:
            return self._meant[name]()
        schema = self._schemas.whole(schema)
        if "anyOf" in schema:
            return self.value(self._draw(st.sampled_from(schema["anyOf"])), name)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._draw(st.sampled_from(schema["enum"]))
        if schema.get("type") == "object":
            return self._fields(schema)
        if schema.get("type") == "array":
            least = schema.get("minItems", 0)
            return [self.value(schema["items"]) for _ in range(self._draw(st.integers(least, least + 3)))]
        return self._draw(_plain(schema))

    def _fields(self, schema: Schema) -> dict[str, Any]:
        told, needed = schema.get("properties", {}), schema.get("required", ())
        chosen = [name for name in told if name in needed or self._draw(st.booleans())]
        if schema.get("maxProperties") == 1:
            chosen = [self._draw(st.sampled_from(sorted(told)))]
        made = {name: self.value(told[name], name) for name in chosen}
        for inner in schema.get("patternProperties", {}).values():
            made |= {
                self._draw(st.text("abc", min_size=1)): self.value(inner) for _ in range(self._draw(st.integers(0, 2)))
            }
        return made


def _plain(schema: Schema) -> st.SearchStrategy[Any]:
    kind = schema["type"]
    if kind == "string":
        return _text(schema)
    if kind == "integer":
        least = schema.get("minimum", -_UNBOUND)
        return st.integers(least, schema.get("maximum", schema.get("exclusiveMaximum", _UNBOUND) - 1))
    if kind == "number":
        return st.floats(allow_nan=False, allow_infinity=False)
    return st.booleans() if kind == "boolean" else st.none()


def _text(schema: Schema) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        moments = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
        return moments.map(lambda at: at.isoformat(timespec="seconds"))
    if schema.get("format") == "date":
        return st.dates(_FIRST.date(), _LAST.date()).map(date.isoformat)
    least, most = schema.get("minLength", 0), schema.get("maxLength", 300)
    pattern = schema.get("pattern", _TEXT)
    if pattern != _TEXT:
        return st.from_regex(pattern.replace("$", r"\Z")).filter(lambda text: least <= len(text) <= most)
    short = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=least, max_size=12)
    return short | st.sampled_from(["x" * most, "ő" * most, "👩‍👩‍👧" * (most // 5)])

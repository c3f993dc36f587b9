"""The description of the API (OpenAPI 3.1), made from the same table that routes it."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, JsonSchemaMode

from bot.web.problems import MEDIA, Problem
from bot.web.routes import Route

_PARTS = "#/components/schemas/{model}"
_NAMES = {
    "ref": "The member's id, or `phone:+36301234567`, `email:…`, `code:…`, `telegram:…`, `external:…`.",
    "code": "The voucher's code as printed; case, spaces and dashes do not matter.",
    "key": "The key that the programme gives it.",
    "channel": "The channel's name: `telegram`, `sms`, `whatsapp`, `email` or `web`.",
    "address": "The customer's address there, as `/conversations` lists it.",
}
_ABOUT = """Money is a decimal string with an ISO 4217 currency, times are ISO 8601 with an offset, unknown fields are \
errors. Errors are problems (RFC 9457)."""


def document(table: Sequence[Route]) -> dict[str, Any]:
    """The whole description; JSON-ready."""
    schemas, parts = _schemas(table)
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Regulars", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": parts,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {"description": "What went wrong", "content": _content(MEDIA, schemas[Problem])}},
        },
    }


def _schemas(table: Iterable[Route]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The schema of every type that the table names, and the parts that they refer to."""
    wanted: dict[Any, JsonSchemaMode] = {Problem: "serialization"}
    for route in table:
        wanted |= {told: "validation" for told in (route.body, route.query) if told is not None}
        wanted |= {told: "serialization" for told in route.answers.values() if told is not None}
    inputs: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]]
    inputs = [(told, mode, TypeAdapter(told)) for told, mode in wanted.items()]
    made, parts = TypeAdapter.json_schemas(inputs, ref_template=_PARTS)
    return {told: schema for (told, _), schema in made.items()}, parts.get("$defs", {})


def _operation(route: Route, schemas: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": route.summary, "operationId": _operation_id(route)}
    parameters = [_path_parameter(name) for name in re.findall(r"{(\w+)}", route.path)]
    if route.query is not None:
        parameters += _query_parameters(route.query)
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {
            "required": route.body_needed,
            "content": _content(route.media, schemas[route.body]),
        }
    if route.role is not None:
        operation["security"] = [{"key": []}]
        operation["description"] = f"Needs a key of the role {route.role} or a higher one."
    operation["responses"] = _responses(route, schemas)
    return operation


def _operation_id(route: Route) -> str:
    words = re.findall(r"[a-z]+", route.path.removeprefix("/api/v1"))
    return "_".join([route.method.lower(), *words])


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": _NAMES[name]}


def _query_parameters(query: type[BaseModel]) -> list[dict[str, Any]]:
    told = query.model_json_schema(ref_template=DEFAULT_REF_TEMPLATE)
    needed = told.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": schema}
        for name, schema in told["properties"].items()
    ]


def _responses(route: Route, schemas: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, told in route.answers.items():
        responses[str(status)] = {"description": HTTPStatus(status).phrase}
        if told is not None:
            responses[str(status)]["content"] = _content(route.media, schemas[told])
    common = {503, *((401, 403) if route.role else ()), *((400, 413, 422) if route.body else ())}
    for status in sorted(common | set(route.problems)):
        responses[str(status)] = {"$ref": "#/components/responses/Problem"}
    return responses


def _content(media: str, schema: Any) -> dict[str, Any]:
    return {media: {"schema": schema}}

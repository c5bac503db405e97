"""The interface for programs as OpenAPI describes it."""

from __future__ import annotations

from dashboard.web.lists import DAY, FLAG, LISTS, WHOLE, List, Schema


def openapi() -> Schema:
    """The description of the interface (OpenAPI 3.1)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vigie",
            "version": "1",
            "description": "Read only. Scores come with what is known of their error.",
        },
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": {f"/api/v1/{name}": {"get": _operation(name, held)} for name, held in LISTS.items()},
    }


def _operation(name: str, held: List) -> Schema:
    return {
        "operationId": name.replace("-", "_"),
        "summary": held.summary,
        "parameters": [
            {"name": key, "in": "query", "required": False, "schema": schema, "description": words}
            for key, (schema, words) in held.parameters.items()
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": _answer(name, held)}}},
            "400": {"description": "A filter that makes no sense, by its name."},
            "401": {"description": "No token, or one that opens nothing."},
            "429": {"description": "Too many requests; see Retry-After."},
        },
    }


def _answer(name: str, held: List) -> Schema:
    row = {"type": "object", "properties": dict(held.items), "required": list(held.items)}
    properties: Schema = {"items": {"type": "array", "items": row}, "since": DAY, "until": DAY, "demo": FLAG}
    if name == "posts":
        properties |= {"total": WHOLE, "page": WHOLE, "pages": WHOLE}
    return {"type": "object", "properties": properties, "required": list(properties)}

"""Servers that replay: hand-written answers by route, and recorded exchanges of real services."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from data.credentials import Credentials, Secret
from tests.conftest import Handler


def credentials(given: dict[str, dict[str, str]], account: str = "") -> Credentials:
    return Credentials({(s, account, k): Secret(v) for s, keys in given.items() for k, v in keys.items()})


def filled(value: Any, base: str) -> Any:
    """`{base}` in any text of a JSON value becomes the server's address."""
    return json.loads(json.dumps(value).replace("{base}", base))


def respond(value: Any) -> web.Response:
    """An answer as the fixtures write it: a JSON value, or $status, $headers and $json or $text."""
    if isinstance(value, dict) and any(key.startswith("$") for key in value):
        headers = value.get("$headers") if isinstance(value.get("$headers"), dict) else {}
        headers = {str(k): str(v) for k, v in (headers or {}).items() if str(v).isprintable()}
        if "$text" in value:
            kind = "text/html" if "<html" in value["$text"] else "application/xml"
            return web.Response(
                text=value["$text"], status=value.get("$status", 200), headers=headers, content_type=kind
            )
        return web.json_response(value.get("$json"), status=value.get("$status", 200), headers=headers)
    return web.json_response(value)


def by_route(routes: dict[str, Any]) -> Handler:
    """Answers by "METHOD /path?some=query": the route whose query asks for most wins; 404 where there is none."""
    table: dict[tuple[str, str], list[tuple[dict[str, str], Any]]] = defaultdict(list)
    for route, value in routes.items():
        method, _, rest = route.partition(" ")
        path, _, query = rest.partition("?")
        table[(method, path)].append((dict(p.split("=", 1) for p in query.split("&") if p), value))

    async def answer(request: web.Request) -> web.Response:
        found = [
            (len(asked), value)
            for asked, value in table[(request.method, request.path)]
            if all(request.query.get(k) == v for k, v in asked.items())
        ]
        if not found:
            return web.json_response({"error": "not found"}, status=404)
        return respond(max(found, key=lambda pair: pair[0])[1])

    return answer


def cassette(path: Path) -> Handler:
    """Replay a recording (betamax JSON or vcrpy YAML): each exchange in its order, the last one again and again."""
    if path.suffix == ".json":
        recorded = json.loads(path.read_text(encoding="utf-8"))["interactions"]
    else:
        import yaml

        recorded = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    queues: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Any]] = defaultdict(list)
    for exchange in recorded:
        request, response = exchange["request"], exchange["response"]
        parts = urlsplit(request["uri"])
        query = tuple(sorted((k, v) for k, v in parse_qsl(parts.query) if k not in {"raw_json", "limit", "sort"}))
        body = response["body"]
        text = body.get("string", "") if isinstance(body, dict) else body
        headers = {
            k: (v[0] if isinstance(v, list) else v)
            for k, v in response["headers"].items()
            if k.lower() in {"content-type", "link", "retry-after", "location"} or "ratelimit" in k.lower()
        }
        queues[(request["method"], parts.path.rstrip("/"), query)].append((response["status"]["code"], headers, text))

    async def answer(request: web.Request) -> web.Response:
        asked = tuple(sorted((k, v) for k, v in request.query.items() if k not in {"raw_json", "limit", "sort"}))
        queue = queues.get((request.method, request.path.rstrip("/"), asked))
        if queue is None:  # the recorded program asked with other parameters: the path decides
            queue = next(
                (q for (m, p, _), q in queues.items() if (m, p) == (request.method, request.path.rstrip("/"))), None
            )
        if not queue:
            return web.json_response({"error": "not recorded"}, status=404)
        status, headers, text = queue.pop(0) if len(queue) > 1 else queue[0]
        origin = f"http://{request.host}"
        headers = {k: v.replace("http://localhost:3000", origin) for k, v in headers.items()}
        body = text if isinstance(text, bytes) else text.encode()
        return web.Response(body=body, status=status, headers=headers)

    return answer

"""Streamlit's own programs in the browser: those of common fields come with the page and are given at once, and all
are sent compressed, once for good."""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

FIELDS = (
    *("Button", "ButtonGroup", "Checkbox", "DateInput", "DownloadButton", "FileUploader", "LinkButton", "Multiselect"),
    *("NumberInput", "PageLink", "Radio", "Selectbox", "Slider", "TextArea", "TextInput"),
)
CHART, FIGURE = "ArrowVegaLiteChart", "Metric"
# What more comes with a page; these are large. A table given at once measures no room and stays unseen: it waits.
BY_PAGE = {
    "": (CHART, FIGURE),
    "alerts": (CHART,),
    "calendar": ("BidiComponent",),
    "debates": (CHART, FIGURE, "Progress"),
    "people": (CHART, FIGURE),
    "reports": (CHART,),
    "reputation": (CHART, FIGURE),
    "tools": (CHART, FIGURE),
    "topics": (CHART, FIGURE),
}
IMPORTED = re.compile(r"""(?:from|import)["'`]\./([\w.-]+\.js)["'`]""")
FILE = re.compile(r"/static/(js|css)/([\w.-]+\.(?:js|css))")
KINDS = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
FOR_GOOD = {"cache-control": "public, immutable, max-age=31536000", "vary": "accept-encoding"}  # names hold a digest


class Programs:
    """The programs in the folder `static`, and ours among them.

    Raises ValueError where there is no single file that gives programs.
    """

    def __init__(self, static: Path) -> None:
        self.static = static
        given = [path.name for path in (static / "js").glob("preload-helper.*.js")]
        if len(given) != 1:
            raise ValueError(f"Streamlit's programs have no single preload-helper: {given}")
        self.body = (
            files("dashboard.web").joinpath("programs.js").read_text("utf-8").replace("HELPER", given[0]).encode()
        )
        self.name = f"vigie.{sha256(self.body).hexdigest()[:8]}.js"
        told = json.dumps({"imports": {f"./static/js/{given[0]}": f"./static/js/{self.name}"}})
        self.map = f'<script type="importmap">{told}</script>'

    def links(self, page: str) -> str:
        """What fetches the programs of a page's fields, and what they import, with the page. `page` is its path."""
        return _links(self.static / "js", (*FIELDS, *BY_PAGE.get(page, ())))

    def read(self, folder: str, name: str) -> bytes | None:
        if (folder, name) == ("js", self.name):
            return self.body
        path = self.static / folder / name
        return path.read_bytes() if path.is_file() else None


@lru_cache(maxsize=32)
def _links(folder: Path, fields: tuple[str, ...]) -> str:
    own = [path.name for name in fields for path in sorted(folder.glob(f"{name}.*.js"))]
    found: dict[str, None] = {}
    waiting = own[::-1]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += IMPORTED.findall((folder / name).read_text("utf-8"))
    return "".join(
        f'<link rel="modulepreload" crossorigin{" data-held" if name in own else ""} href="./static/js/{name}">'
        for name in found
    )


class Packed:
    """Answers for program files, compressed where the browser takes it; each is compressed once."""

    def __init__(self, app: ASGIApp, programs: Programs) -> None:
        self.app, self.programs = app, programs
        self._packed: dict[tuple[str, str], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = FILE.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        headers = Headers(scope=scope) if asked else {}
        packs = "gzip" in headers.get("accept-encoding", "")
        if asked is None or "range" in headers or not (packs or asked[2] == self.programs.name):
            await self.app(scope, receive, send)
            return
        key = (asked[1], asked[2])
        body = self._packed.get(key) if packs else None
        if body is None:
            plain = await run_in_threadpool(self.programs.read, *key)
            if plain is None:
                await self.app(scope, receive, send)
                return
            body = await run_in_threadpool(gzip.compress, plain, 6) if packs else plain
            if packs:
                self._packed[key] = body
        packed = {"content-encoding": "gzip"} if packs else {}
        await Response(body, headers={**FOR_GOOD, **packed}, media_type=KINDS[asked[1]])(scope, receive, send)

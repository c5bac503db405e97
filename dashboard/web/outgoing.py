"""Where the web server itself connects to: the provider of sign-in, whose address the owner wrote in a file."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from data.network import public_only

SIGN_IN = frozenset({"/auth/login", "/auth/logout", "/oauth2callback"})  # of Streamlit, which asks the provider


class PublicSignIn:
    """Answers these paths with connections to the public internet and to this computer alone. It stands next to the
    app, behind whatever reads a record that may well be on a private network."""

    def __init__(self, app: ASGIApp, allow_private: bool = False) -> None:
        self.app = app
        self._allow_private = allow_private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._allow_private or scope["type"] != "http" or scope["path"] not in SIGN_IN:
            await self.app(scope, receive, send)
            return
        with public_only(or_loopback=True):
            await self.app(scope, receive, send)

"""Signing in at a provider of OpenID Connect, through Streamlit's own way (`st.login`) with Vigie's settings."""

from __future__ import annotations

import json
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any

from data.house.arrivals import Claims
from data.settings import Settings

USER_COOKIE = "_streamlit_user"


def auth_section(settings: Settings) -> dict[str, Any]:
    """What Streamlit wants to know of the provider; {} where there is none. The cookies that it signs only last from
    leaving to coming back, so their secret may be new with each start."""
    if not settings.openid_metadata_url:
        return {}
    return {
        "auth": {
            "redirect_uri": f"{settings.public_url or 'http://localhost:{port}'}/oauth2callback",
            "cookie_secret": secrets.token_hex(32),
            "client_id": settings.openid_client_id,
            "client_secret": settings.openid_client_secret,
            "server_metadata_url": settings.openid_metadata_url,
        }
    }


class StreamlitProvider:
    """The provider of the settings, as the gate asks for it."""

    def login_path(self) -> str:
        """Where a browser is sent to sign in; good for two minutes."""
        from streamlit.auth_util import encode_provider_token

        return f"/auth/login?provider={encode_provider_token('default')}"

    def claims(self, cookies: list[str]) -> Claims | None:
        """What the provider said of somebody, from the cookies that Streamlit's callback signed for it; None where it
        let nobody in."""
        from streamlit.auth_util import get_cookie_with_chunks
        from streamlit.web.server.server_util import get_cookie_secret
        from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

        held: dict[str, str] = {}
        for line in cookies:
            parsed = SimpleCookie()
            try:
                parsed.load(line)
            except CookieError:
                continue
            held |= {name: morsel.value for name, morsel in parsed.items()}

        def one(name: str) -> bytes | None:
            value = held.get(name)
            return None if not value else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

        try:
            said = json.loads(get_cookie_with_chunks(one, USER_COOKIE) or b"null")
        except ValueError:
            return None
        if not isinstance(said, dict) or not said.get("sub") or not said.get("iss"):
            return None
        verified = said.get("email_verified")
        return Claims(
            subject=f"{said['iss']} {said['sub']}",
            email=str(said.get("email") or "").strip().casefold(),
            email_is_verified=verified is True or verified == "true",
            name=str(said.get("name") or ""),
        )


def provider_of(settings: Settings) -> StreamlitProvider | None:
    return StreamlitProvider() if settings.openid_metadata_url else None

"""The name that stands for an author: keyed, never the author's own."""

from __future__ import annotations

import hashlib

from sqlalchemy import (
    Connection,
    insert,
    select,
)

from data.schema import (
    meta,
)


def pseudonym(author: str, salt: str) -> str:
    """A stable name that does not lead back to the author without the salt kept in the record."""
    return "user-" + hashlib.blake2b(f"{salt}\0{author}".encode(), digest_size=5).hexdigest()


def author_salt(connection: Connection, make: bool = False) -> str:
    """The salt of this record's pseudonyms; with `make`, made where there is none yet."""
    salt = str(connection.execute(select(meta.c.value).where(meta.c.key == "salt")).scalar() or "")
    if not salt and make:
        import secrets

        salt = secrets.token_hex(16)
        connection.execute(insert(meta).values(key="salt", value=salt))
    return salt

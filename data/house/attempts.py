"""What failed at the door, so that guessing ends and the owner of an account is never kept out by it.

Three counts: of an account from an address, of an address, of an account from everywhere. The last one stops only
addresses where that account has never signed in, and the second one not where it has.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import needs
from data.house.accounts import check_own, put_password
from data.house.changes import note_house_change
from data.house.passwords import HouseError, check_wish, is_right, secret_of
from data.house.schema import account, attempt, known_address
from data.house.sessions import put_session
from data.house.store import House
from data.models import to_epoch

WINDOW = 900  # seconds that failures are counted over
PAIR, ADDRESS, ACCOUNT = 5, 30, 60  # failures before one has to wait
LONGEST_WAIT = 60  # seconds between two tries of an account from one address, however many failed
KNOWN_FOR = 180 * 86_400  # seconds that an address stays known
MOST_KNOWN = 50  # addresses of one account


class WaitError(Exception):
    """Too many tries: come back in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} seconds to wait")
        self.seconds = seconds


def place_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the network of an IPv6 one, which is one household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None or parsed.version == 4:
        return str(mapped or parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def _key(*parts: str) -> str:
    """Fixed in size, and holds no login that was mistyped with a password in it."""
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _count(connection: Connection, key: str, moment: int) -> tuple[int, int]:
    """(when a window began, failures within it), now with one more."""
    row = connection.execute(select(attempt).where(attempt.c.key == key)).first()
    if row is None:
        connection.execute(insert(attempt).values(key=key, began_at=moment, failures=1))
        return moment, 1
    began, failures = (moment, 1) if moment >= row.began_at + WINDOW else (row.began_at, row.failures + 1)
    connection.execute(update(attempt).where(attempt.c.key == key).values(began_at=began, failures=failures))
    return began, failures


def _held(connection: Connection, key: str, moment: int) -> tuple[int, int]:
    row = connection.execute(select(attempt).where(attempt.c.key == key)).first()
    return (moment, 0) if row is None or moment >= row.began_at + WINDOW else (row.began_at, row.failures)


def _knows(connection: Connection, number: int, place: str, moment: int) -> bool:
    known = select(known_address.c.seen_at).where(
        known_address.c.account_id == number, known_address.c.address == place
    )
    seen = connection.execute(known).scalar()
    return seen is not None and moment - int(seen) < KNOWN_FOR


def _keep(connection: Connection, number: int, place: str, moment: int) -> None:
    mine = known_address.c.account_id == number
    connection.execute(delete(known_address).where(mine, known_address.c.address == place))
    connection.execute(insert(known_address).values(account_id=number, address=place, seen_at=moment))
    newest = select(known_address.c.address).where(mine).order_by(known_address.c.seen_at.desc())
    old = connection.execute(newest.offset(MOST_KNOWN)).scalars().all()
    connection.execute(delete(known_address).where(mine, known_address.c.address.in_(old)))


def count_try(house: House, login: str, address: str, now: datetime) -> None:
    """Count a try before its password is looked at. Raises WaitError where it must not be looked at."""
    place, moment = place_of(address), to_epoch(now)
    keys = {"pair": _key("pair", login, place), "address": _key("address", place), "account": _key("account", login)}
    with house.write(counts=False) as connection:
        connection.execute(delete(attempt).where(attempt.c.began_at <= moment - WINDOW))
        number = connection.execute(select(account.c.id).where(account.c.login == login)).scalar()
        known = number is not None and _knows(connection, int(number), place, moment)
        held = {name: _held(connection, key, moment) for name, key in keys.items()}
        for name, most in (("address", ADDRESS), ("account", ACCOUNT)):
            if held[name][1] >= most and not known:
                raise WaitError(max(1, held[name][0] + WINDOW - moment))
        began, failures = held["pair"]
        if failures >= PAIR:
            # The next try is due later with each failure, at most a minute later: slowed, never shut out.
            due = began + sum(min(LONGEST_WAIT, 2 ** min(n, 10)) for n in range(1, failures - PAIR + 2))
            if moment < due:
                raise WaitError(due - moment)
        for key in keys.values():
            _count(connection, key, moment)


def sign_in(house: House, login: str, password: str, address: str, browser: str, now: datetime) -> str:
    """The token of a new session where the password is right. `login` is as `accounts.login_of` gives it.

    Takes as long for a login that nobody has. Raises WaitError after many tries, HouseError("refused") otherwise.
    """
    count_try(house, login, address, now)
    with house.read() as connection:
        row = connection.execute(
            select(account.c.id, account.c.secret, account.c.state, account.c.kind).where(account.c.login == login)
        ).first()
    right = is_right(row.secret if row is not None and row.kind == "local" else "", password)
    place = place_of(address)
    with house.write(counts=False) as connection:
        if row is None or not right or row.state != "active":
            note_house_change(connection, "sign.in.refused", login if row is not None else "", now, after=place)
        else:
            same = select(account.c.id).where(
                account.c.id == row.id, account.c.secret == row.secret, account.c.state == "active"
            )
            if connection.execute(same).first() is not None:
                connection.execute(delete(attempt).where(attempt.c.key == _key("pair", login, place)))
                for key in (_key("address", place), _key("account", login)):
                    connection.execute(
                        update(attempt).where(attempt.c.key == key).values(failures=attempt.c.failures - 1)
                    )
                _keep(connection, row.id, place, to_epoch(now))
                return put_session(connection, row.id, browser, now, "password")
    raise HouseError("refused")


@needs("reader")
def change_password(house: House, number: int, old: str, new: str, now: datetime, but: str = "") -> None:
    """Change one's own password; every session of the account ends `but` that with this digest.

    Tries are counted here too: whoever finds an open browser cannot guess. Raises HouseError, WaitError.
    """
    check_own(number)
    with house.read() as connection:
        row = connection.execute(select(account).where(account.c.id == number)).first()
    if row is None or row.kind != "local":
        raise HouseError("unknown")
    check_wish(new, row.name, row.login)
    count_try(house, row.login, "", now)
    if not is_right(row.secret, old):
        raise HouseError("password_wrong")
    kept = secret_of(new)
    with house.write() as connection:
        connection.execute(delete(attempt).where(attempt.c.key == _key("pair", row.login, place_of(""))))
        put_password(connection, number, kept, now, but)

"""What was used of each service's quota, and spent where reading costs money. Counted before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select, text

from data.schema import service_usage
from data.store import Store

PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True, slots=True)
class Usage:
    """`used` of `allowed` in `period` (a day or a month); money is in thousandths of a cent."""

    service: str
    period: str
    used: int
    allowed: int | None


def day_of(now: datetime) -> str:
    return now.date().isoformat()


def pacific_day(now: datetime) -> str:
    """YouTube's quota starts anew at midnight in California."""
    return now.astimezone(PACIFIC).date().isoformat()


def minute_of(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M")


def month_of(now: datetime) -> str:
    return f"{now.year:04d}-{now.month:02d}"


_ADD = text(
    "INSERT INTO service_usage (service, period, used, allowed) VALUES (:service, :period, :least, :allowed) "
    "ON CONFLICT (service, period) DO UPDATE SET "
    "used = CASE WHEN service_usage.used + :amount > 0 THEN service_usage.used + :amount ELSE 0 END, "
    "allowed = coalesce(excluded.allowed, service_usage.allowed)"
)
_SET = text(
    "INSERT INTO service_usage (service, period, used, allowed) VALUES (:service, :period, :amount, :allowed) "
    "ON CONFLICT (service, period) DO UPDATE SET used = excluded.used, allowed = excluded.allowed"
)


class Meter:
    """Counts in the store, or in memory where there is none (a check that stores nothing)."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._memory: dict[tuple[str, str], int] = {}

    def used(self, service: str, period: str) -> int:
        if self._store is None:
            return self._memory.get((service, period), 0)
        with self._store.read() as connection:
            return int(
                connection.execute(
                    select(service_usage.c.used).where(
                        service_usage.c.service == service, service_usage.c.period == period
                    )
                ).scalar()
                or 0
            )

    def take(self, service: str, period: str, amount: int, allowed: int | None) -> bool:
        """Count `amount`, unless that would pass `allowed`: then nothing is counted and it is False."""
        if allowed is not None and self.used(service, period) + amount > allowed:
            return False
        self._write(_ADD, service, period, amount, allowed)
        if "T" in period and self._store is not None:  # minutes are for pacing: only the last one matters
            with self._store.write(counts=False) as connection:
                connection.execute(
                    delete(service_usage).where(service_usage.c.service == service, service_usage.c.period < period)
                )
        return True

    def give_back(self, service: str, period: str, amount: int) -> None:
        """What was counted before the request and not used after all."""
        if amount > 0:
            self._write(_ADD, service, period, -amount, None)

    def told(self, service: str, period: str, used: int, allowed: int) -> None:
        """What the service itself says has been used."""
        self._write(_SET, service, period, used, allowed)

    def _write(self, statement: object, service: str, period: str, amount: int, allowed: int | None) -> None:
        if self._store is None:
            before = 0 if statement is _SET else self._memory.get((service, period), 0)
            self._memory[(service, period)] = max(0, before + amount)
            return
        with self._store.write(counts=False) as connection:
            connection.execute(
                statement,  # type: ignore[call-overload]
                {"service": service, "period": period, "amount": amount, "least": max(0, amount), "allowed": allowed},
            )


class NoMeter(Meter):
    """Where nothing may be used that is counted: on a worker, which has no record to count in."""

    def take(self, service: str, period: str, amount: int, allowed: int | None) -> bool:
        raise RuntimeError(f"{service} has a quota: it is asked only where it is counted")

    def _write(self, statement: object, service: str, period: str, amount: int, allowed: int | None) -> None:
        raise RuntimeError(f"{service} has a quota: it is asked only where it is counted")


def latest_usage(connection: Connection) -> dict[str, Usage]:
    """The newest period of each service."""
    rows = connection.execute(select(service_usage).order_by(service_usage.c.period))
    return {row.service: Usage(row.service, row.period, row.used, row.allowed) for row in rows}

"""Alerts, rules, channels and events as pages read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboard.reads import cache
from data.alerts import alerts as alerts_store
from data.alerts import channels as alerts_store_channels
from data.alerts import rules as alerts_store_rules
from insights.alerts.course import EventPost


@st.cache_data(max_entries=20, show_spinner=False)
def alerts(hour: datetime, state: str, url: str, revision: int) -> list[alerts_store.Alert]:
    with cache.store().read() as connection:
        return alerts_store.alerts(connection, hour, state=state)


@st.cache_data(max_entries=20, show_spinner=False)
def open_alerts(hour: datetime, url: str, revision: int) -> int:
    with cache.store().read() as connection:
        return alerts_store.count_open(connection, hour)


@st.cache_data(max_entries=20, show_spinner=False)
def one_alert(alert_id: int, url: str, revision: int) -> alerts_store.Alert | None:
    with cache.store().read() as connection:
        return alerts_store.get_alert(connection, alert_id)


@st.cache_data(max_entries=20, show_spinner=False)
def alert_rules(url: str, revision: int) -> list[alerts_store_rules.AlertRule]:
    with cache.store().read() as connection:
        return alerts_store_rules.alert_rules(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def rehearsal(rule: alerts_store_rules.AlertRule, hour: datetime, days: int, url: str, revision: int) -> list[Any]:
    """What a rule would have told in the last days."""
    from insights.pipeline.alerts import rehearse

    with cache.store().read() as connection:
        return rehearse(connection, rule, hour - timedelta(days=days), hour)


def channels() -> tuple[list[alerts_store_channels.Channel], list[alerts_store_channels.Delivery]]:
    """Channels and the last deliveries. Not cached: what is sent changes without a new revision."""
    with cache.store().read() as connection:
        return alerts_store_channels.channels(connection), alerts_store_channels.recent_deliveries(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def event_posts(alert_id: int, url: str, revision: int) -> list[EventPost]:
    """The posts of an alert's event, in order of time."""
    from insights.pipeline.event_posts import posts_of_event

    with cache.store().read() as connection:
        found = alerts_store.get_alert(connection, alert_id)
        return posts_of_event(connection, found) if found is not None else []

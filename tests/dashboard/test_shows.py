"""A field that the address moves: one and the same field, whose choice is its user's until the address says another."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.state import parameter, set_parameter, shows

    said = parameter("by") or "newest"
    chosen = st.selectbox("Order", ["newest", "reached", "refused"], **shows("by", said))
    if chosen not in {said, "refused"}:
        set_parameter("by", chosen)
        st.rerun()
    st.text(f"{said} {chosen}")


def test_a_choice_goes_to_the_address_and_comes_back_from_it() -> None:
    app = AppTest.from_function(_page).run()
    field = app.selectbox(key="by").proto.id
    app.selectbox(key="by").select("reached").run()
    assert app.query_params["by"] == "reached"
    assert app.text[0].value == "reached reached"
    app.query_params["by"] = "newest"  # a link, or the way back
    app.run()
    assert app.selectbox(key="by").value == "newest"
    app.selectbox(key="by").select("refused").run()  # what the page does not take up stays as its user left it
    assert app.text[0].value == "newest refused"
    app.run()
    assert app.text[0].value == "newest refused"
    app.query_params["by"] = "reached"  # until the address says another
    app.run()
    assert app.text[0].value == "reached reached"
    assert app.selectbox(key="by").proto.id == field

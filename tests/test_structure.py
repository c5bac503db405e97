"""What keeps the project in shape: the law of the house, one safe renderer, both languages, pins."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from data.settings import ROOT, describe_defaults
from tests.labels import House
from tests.law import PACKAGES, Module, broken, modules
from tests.spread import missing

PYTHON = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "local" not in path.parts)


def test_the_house_keeps_its_law() -> None:
    assert broken(ROOT) == []


LONG = "\n".join(f"    print({n})" for n in range(60))
LAWFUL = {
    "data/store.py": "",
    "data/posts.py": "import data.store",
    "insights/pipeline/refresh.py": "from data import store",
    "sources/feeds.py": "from data.posts import x",
    "dashboard/state.py": "import streamlit",
    "dashboard/reads/posts.py": "from data import posts",
    "dashboard/charts/posts.py": "import altair",
    "dashboard/words/posts.py": "from dashboard.reads import posts",
    "dashboard/files/html.py": "",
    "dashboard/documents/posts.py": "from dashboard.words.posts import x",
    "dashboard/views/posts.py": "import streamlit\nimport dashboard.state\nfrom dashboard.documents import posts",
    "dashboard/pages/posts.py": "from dashboard.views.posts import x",
}
BREACHES = {
    "another package": ("sources/feeds.py", "import insights.pipeline.refresh", "sources knows no insights"),
    "upward": ("dashboard/words/posts.py", "from dashboard.files import html", "pages > views"),
    "upward inside a function": (
        "dashboard/reads/posts.py",
        "def f():\n    from dashboard.files.html import x",
        "pages > views",
    ),
    "across the lowest floor": ("dashboard/charts/posts.py", "import dashboard.reads.posts", "pages > views"),
    "streamlit below the views": ("dashboard/documents/posts.py", "import streamlit as st", "imports streamlit"),
    "streamlit in data": ("data/posts.py", "from streamlit import cache_data", "imports streamlit"),
    "a session below the views": ("dashboard/documents/posts.py", "import dashboard.state", "needs a session"),
    "the store": ("insights/topics.py", "from data.store import Store", "meets the store"),
    "a circle": ("data/store.py", "from data.posts import x", "a circle of imports among data.posts, data.store"),
    "no room": ("dashboard/attic/posts.py", "", "in no room"),
    "a long module": ("data/posts.py", "x = 1\n" * 401, "has 401 lines"),
    "a long page": ("dashboard/pages/posts.py", "x = 1\n" * 46, "has 46 lines"),
    "a long function": ("data/posts.py", f"def f():\n{LONG}", "f has 61 lines and no reason"),
    "a drawer": ("data/utils.py", "", "is a drawer"),
}


def house(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_lawful_house_is_let_alone(tmp_path: Path) -> None:
    with_reason = {"data/posts.py": f"# Steps in one order, as the format has them.\ndef f():\n{LONG}"}
    assert broken(house(tmp_path, LAWFUL | with_reason)) == []


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_each_breach_of_the_law_is_told(breach: str, tmp_path: Path) -> None:
    path, text, words = BREACHES[breach]
    told = broken(house(tmp_path, LAWFUL | {path: text}))
    assert len(told) == 1
    assert words in told[0]


def test_a_full_folder_is_told(tmp_path: Path) -> None:
    full = {f"data/room/part{n}.py": "" for n in range(21)}
    assert ["21 modules" in one for one in broken(house(tmp_path, LAWFUL | full))] == [True]


def test_no_unsafe_html_and_one_user_of_session_state() -> None:
    for path in [*PYTHON, ROOT / "streamlit_app.py", ROOT / "server.py"]:
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in text, path
        assert "st.html(" not in text, path
        if "session_state" in re.sub(r'"""[\s\S]*?"""', "", text):
            assert path.name in {"state.py", "language.py"}, path


def test_heavy_packages_are_not_imported_by_the_app() -> None:
    code = (
        "import sys; import dashboard.reads.cache, dashboard.views.posts, dashboard.charts.topics, sources.discovery; "
        "print([m for m in ('torch','umap','hdbscan','bertopic','sklearn','numba','transformers') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip().splitlines()[-1] == "[]"


def test_what_draws_charts_is_not_loaded_before_a_chart_is_drawn() -> None:
    code = "import sys, server; print([m for m in ('altair', 'pandas', 'pyarrow', 'vl_convert') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip().splitlines()[-1] == "[]"


def test_every_string_is_in_french() -> None:
    with (ROOT / "dashboard/locale/fr/LC_MESSAGES/vigie.po").open("rb") as stream:
        catalogue = read_po(stream, locale="fr")
    wanted = set()
    for path in [*(ROOT / "dashboard").rglob("*.py"), ROOT / "streamlit_app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # From the syntax tree, so that strings inside f-strings are seen too.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "n_"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    wanted.add(str(first.value))
    known = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}
    assert len(wanted) > 150
    missing = sorted(w for w in wanted if w not in known or not known[w].string or known[w].fuzzy)
    assert not missing
    for message in known.values():
        for one in message.string if isinstance(message.string, tuple) else (message.string,):
            source = message.id if isinstance(message.id, str) else message.id[0]
            assert set(re.findall(r"\{\w+\}", one)) == set(re.findall(r"\{\w+\}", source)), source


def test_everything_is_pinned_and_allowed() -> None:
    for name in ("requirements.txt", "requirements-dask.txt", "requirements-test.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", line), line
                assert line.split("==")[0].lower() not in {"afinn", "fuzzywuzzy"}


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/settings.md").read_text()
    for name, _kind, _default in describe_defaults():
        assert f"`{name}`" in text, name


OURS_BY_ANOTHER_WAY = {
    "dashboard.views.page.choose_view: lambda view: views[view]": "names of views, beside what draws them in two pages",
    "dashboard.views.reputation.error_game._measured": "a table of tones and figures, in rows that mix both",
    "dashboard.views.tools.all.week: note(shown=True)": "a text in Markdown: tests/dashboard/words/test_weekly_note.py",
}


def test_no_stranger_s_text_reaches_a_label_as_it_is() -> None:
    app = Module("streamlit_app", ROOT / "streamlit_app.py", (ROOT / "streamlit_app.py").read_text(encoding="utf-8"))
    found = set(House({**modules(ROOT), app.name: app}).strangers())
    told = {one for one in found if not any(one.startswith(known) for known in OURS_BY_ANOTHER_WAY)}
    assert told == set()
    assert len(found) == len(OURS_BY_ANOTHER_WAY), "one that is no longer needed"


LABELS = {
    "a name": ("st.button(item.name)", False),
    "a name, escaped": ("st.button(escape(item.name))", True),
    "a part of what was escaped": ("st.button(escape(item.name)[:80])", False),
    "in an f-string": ("st.caption(f'**{item.name}**')", False),
    "in a sentence": ("st.caption(_('By {who}').format(who=item.name))", False),
    "in a sentence, escaped": ("st.caption(_('By {who}').format(who=escape(item.name)))", True),
    "by a name of its own": ("words = item.name\n    st.metric(words, 1)", False),
    "as help": ("st.toggle('On', help=item.name)", False),
    "as the text of a bar": ("st.progress(.5, item.name)", False),
    "among others": ("words = ['a']\n    words.append(item.name)\n    st.caption(' · '.join(words))", False),
    "in a column": ("st.columns(2)[0].metric(item.name, 1)", False),
    "as an option": ("st.pills('Tags', item.tags)", False),
    "as an option, escaped": ("st.pills('Tags', item.tags, format_func=escape)", True),
    "as an option that is plain text": ("st.selectbox('Tags', item.tags)", True),
    "by a function": ("st.caption(told(item))", False),
    "handed on": ("draw(item.name)", False),
    "handed on, escaped": ("draw(escape(item.name))", True),
    "plain text": ("st.text(item.name)", True),
}


@pytest.mark.parametrize("label", LABELS, ids=str)
def test_each_way_into_a_label_is_seen(label: str) -> None:
    code, ours = LABELS[label]
    others = "\ndef told(item):\n    return item.name\ndef draw(words):\n    st.badge(words)\n"
    module = Module("dashboard.views.x", Path("x.py"), f"def show(item):\n    {code}\n{others}")
    found = [one for one in House({module.name: module}).strangers() if "draw" not in one or "draw(" in code]
    assert (found == []) == ours


def test_files_that_the_order_of_a_run_names_are_there() -> None:
    assert missing([str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py")]) == []

"""A program of today's version that writes and reads without a pause, until its input ends.

python -m tests.store.writing_on URL    tells how many posts it wrote, how long the slowest turn took, what went wrong
"""

import json
import sys
import time
from datetime import timedelta
from threading import Thread

from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import posts_by_id
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW


def main() -> None:
    store, done = Store(sys.argv[1]), []
    Thread(target=lambda: done.append(sys.stdin.read()), daemon=True).start()
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://on.example/feed", NOW, title="On")
    wrote, slowest, wrong = 0, 0.0, []
    print("ready", flush=True)
    while not done:
        began = time.monotonic()
        post = NewPost("feed", f"on{wrote}", f"t{wrote}", "words", published_at=NOW - timedelta(seconds=wrote))
        try:
            with store.write() as connection:
                add_posts(connection, source.id, [post], NOW)
            wrote += 1
            with store.read() as connection:
                connection.exec_driver_sql("SELECT * FROM post ORDER BY id DESC LIMIT 5").all()
                posts_by_id(connection, [])
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told
            wrong.append(repr(error))
        slowest = max(slowest, time.monotonic() - began)
    print(json.dumps({"wrote": wrote, "slowest": slowest, "wrong": wrong[:3]}), flush=True)


if __name__ == "__main__":
    main()

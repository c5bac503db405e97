"""Copies of a PostgreSQL schema by its own programs, pg_dump and pg_restore, put back in one transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import make_url, text

from data.keeping.whole import whole_file
from data.postgresql import WRITERS
from data.store import Store, StoreError

SECONDS = 6 * 3_600  # a dump of a large record
# An extension and its functions belong to the server's administrator: everything else of the schema goes.
_EMPTY = """DO $empty$ DECLARE one record; BEGIN
FOR one IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
  AND c.relkind = 'r' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', one.name); END LOOP;
FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
LOOP EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name); END LOOP;
END $empty$;
"""


def program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, else the newest of Debian's. Raises StoreError for none."""
    found = shutil.which(name)
    if found:
        return found
    here = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0]))
    if not here:
        raise StoreError(
            "missing",
            f"{name} is not on this machine, and a record on PostgreSQL is copied with it. Install the client of your "
            "server's version (on Debian: apt-get install postgresql-client), then do the same again.",
        )
    return str(here[-1])


def schema_in(store: Store) -> str:
    with store.read() as connection:
        return str(connection.execute(text("SELECT current_schema()")).scalar_one())


def _run(name: str, url: str, *arguments: str) -> str:
    """Run a program on a database; its password goes by the environment, where no list of processes shows it."""
    where = make_url(url)
    named = {"PGHOST": where.host, "PGPORT": where.port, "PGUSER": where.username, "PGPASSWORD": where.password}
    environ = {**os.environ, **{key: str(value) for key, value in named.items() if value is not None}}
    command = [program(name), *arguments]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=SECONDS
    )
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[:400]
        raise StoreError("unreadable", f"{name} could not do it: {said}")
    return done.stdout


def dump(url: str, schema: str, target: Path) -> None:
    """Copy one schema to a file that is there whole or not at all."""
    database = str(make_url(url).database)
    with whole_file(target) as part:
        part.touch(mode=0o600)
        kept = ("--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--schema={schema}")
        _run("pg_dump", url, *kept, f"--file={part}", f"--dbname={database}")


def put_back(url: str, schema: str, copy: Path) -> None:
    """Make a schema what a copy holds: all of it in one transaction, or nothing."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", schema):
        raise StoreError("unreadable", f"{schema} is no schema of Vigie.")
    with tempfile.TemporaryDirectory(prefix="vigie-") as folder:
        listed, script = Path(folder, "list"), Path(folder, "script.sql")
        lines = _run("pg_restore", url, "--list", str(copy)).splitlines(keepends=True)
        listed.write_text("".join(line for line in lines if not re.search(r"\b(SCHEMA|EXTENSION)\b", line)))
        made = Path(folder, "made.sql")
        _run("pg_restore", url, "--no-owner", "--no-privileges", f"--use-list={listed}", f"--file={made}", str(copy))
        empty = _EMPTY if schema == "public" else f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};\n"
        alone = f"SET lock_timeout = '30s';\nSELECT pg_advisory_xact_lock({WRITERS}, hashtext('{schema}'));\n"
        with script.open("wb") as stream, made.open("rb") as body:
            stream.write((alone + empty).encode())
            shutil.copyfileobj(body, stream)
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}")
        _run("psql", url, *options, f"--dbname={make_url(url).database}", "--output=/dev/null")

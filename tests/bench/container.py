"""Build the Containerfile with Podman, run compose.yaml whole, use it, and go back to a backup:

    python -m tests.bench.container [--compose PROGRAM] [--bring FOLDER ...] [--folder FOLDER]

The page is opened through Caddy at https://vigie.localhost, by its certificate; the first administrator comes in by
the link of the log; posts are imported; services are killed and started again; the backup that docs/running.md names
is taken, everything is thrown away, and brought back.

Where no registry answers, the images that the files name are made here from Debian's packages: `debian` by mmdebstrap,
and **stand-ins** for `postgres` (PostgreSQL 15 with an entry script of ours) and `caddy` (Caddy 2.6). So this says
that our image and compose file work, and not that those of the registry do. Needs root, mmdebstrap, podman 4 with
netavark and aardvark-dns, podman-compose 1.6, free ports 80 and 443, mirrors of Debian and of Python's
packages, and 8 GB. --bring names folders of packages that this machine's pip reads.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import urllib3
import yaml
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.bench.debian import LENT, FailedError, copied, debian, lend, step, until
from tests.bench.memory import STREAMLIT, Tab

NAME = "vigie.localhost"
URL = f"https://{NAME}"
POSTS = 300
PASSWORD = "a password of this trial"
ALONE = "VIGIE_BENCH_ALONE"  # set where this process has mounts of its own
POSTGRES = """
FROM {debian}
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-common \\
 && sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \\
 && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/* \\
 && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin && install -d -o postgres -g postgres /var/lib/postgresql/data
ENV PGDATA=/var/lib/postgresql/data
COPY entry.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
"""
# What compose.yaml asks of the official image: all as `postgres`, who owns the data; the first time a database with its
# owner, during which it listens on its socket alone.
ENTRY = r"""#!/bin/sh
set -eu
if [ "$(id -u)" = 0 ]; then
  chown -R postgres: "$PGDATA" /run/postgresql
  chmod 0700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -o "-c listen_addresses=''" -w start
  createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl -m fast -w stop
fi
exec "$@" -c listen_addresses='*'
"""
CADDY = """
FROM {debian}
RUN apt-get update && apt-get install -y --no-install-recommends caddy wget libcap2-bin \\
 && rm -rf /var/lib/apt/lists/* && setcap cap_net_bind_service=+ep /usr/bin/caddy && mkdir -p /config /data
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
"""


class Engine:
    """Podman with a storage, networks and settings of its own below `folder`, and compose with the copy in `code`."""

    def __init__(self, folder: Path, compose: str) -> None:
        self.folder, self.code, self.program = folder, folder / "code", compose
        self.lent = lend(folder / "lent")
        written = {
            "storage": f'[storage]\ndriver = "overlay"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/store"\n',
            "registries": "unqualified-search-registries = []\n",
            "containers": f"[containers]\ndefault_ulimits = {json.dumps(limits())}\n"
            f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{folder}/networks"\n'
            f'[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\ntmp_dir = "{folder}/run/libpod"\n',
        }
        for name, text in written.items():
            (folder / f"{name}.conf").write_text(text, encoding="utf-8")
        self.environ = {
            **os.environ,
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf"),
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "VIGIE_DOMAIN": NAME,
            # Podman asks health checks by a timer of systemd; without one it would not start what has a check.
            "DISABLE_HC_SYSTEMD": str(not Path("/run/systemd/system").is_dir()).lower(),
        }

    def _call(self, *command: str, give: bytes | None = None, seconds: int = 1_800) -> bytes:
        done = subprocess.run(
            command, cwd=self.code, env=self.environ, input=give or b"", capture_output=True, timeout=seconds
        )
        if done.returncode:
            raise FailedError(
                f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr).decode()[-4000:]}"
            )
        return done.stdout

    def podman(self, *arguments: str, give: bytes | None = None) -> bytes:
        return self._call("podman", *arguments, give=give)

    def compose(self, *arguments: str, give: bytes | None = None, build: tuple[str, ...] = ()) -> bytes:
        more = [f"--podman-build-args={' '.join(build)}"] if build else []
        return self._call(self.program, *more, "-f", "deploy/compose.yaml", *arguments, give=give)

    def holds(self, image: str) -> bool:
        return not subprocess.run(["podman", "image", "exists", image], env=self.environ).returncode

    def image(self, name: str, text: str) -> None:
        """Build one of the stand-ins."""
        with tempfile.TemporaryDirectory(dir=self.folder) as context:
            (Path(context) / "Containerfile").write_text(text, encoding="utf-8")
            (Path(context) / "entry.sh").write_text(ENTRY, encoding="utf-8")
            (Path(context) / "entry.sh").chmod(0o755)
            self.podman("build", "--network=host", "--tag", name, context)

    def state(self, service: str) -> dict[str, Any]:
        (held,) = json.loads(self.podman("inspect", f"vigie_{service}_1"))
        return dict(held["State"])

    def is_well(self, service: str) -> bool:
        """What the service's own health check says, asked now."""
        done = subprocess.run(
            ["podman", "healthcheck", "run", f"vigie_{service}_1"], env=self.environ, capture_output=True, timeout=60
        )
        return done.returncode == 0


def limits() -> list[str]:
    """Of open files and processes, as far as this process may set them."""
    files, processes = (resource.getrlimit(one)[1] for one in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
    most = int(Path("/proc/sys/kernel/pid_max").read_text())
    processes = most if processes == resource.RLIM_INFINITY else min(processes, most)
    return [f"nofile={files}:{files}", f"nproc={processes}:{processes}"]


def of_its_own() -> None:
    """Where both kinds of control groups stand beside each other, start again with mounts of our own, in which only the
    first is seen: crun refuses the mix."""
    if not os.path.ismount("/sys/fs/cgroup/unified"):
        return
    if ALONE not in os.environ:
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "tests.bench.container"]
        os.execvpe("unshare", [*command, *sys.argv[1:]], {**os.environ, ALONE: "1"})
    subprocess.run(["umount", "/sys/fs/cgroup/unified"], check=True)


def build(engine: Engine, brought: list[Path]) -> None:
    """The images that are named, then ours with them, by the command of docs/running.md."""
    named = {one["image"].split(":")[0]: one["image"] for one in services(engine).values()}
    (plain,) = set(re.findall(r"^FROM (debian:\S+)", (engine.code / "deploy/Containerfile").read_text(), re.MULTILINE))
    if not engine.holds(plain):
        with step(f"{plain} is made"):
            tree = engine.folder / "debian.tar"
            debian(tree)
            engine.podman("import", str(tree), plain)
            tree.unlink()
    for name, text in (("postgres", POSTGRES), ("caddy", CADDY)):
        if not engine.holds(named[name]):
            with step(f"a stand-in for {named[name]} is built"):
                engine.image(named[name], text.format(debian=plain))
    folders = [f"--volume={engine.lent}:{LENT}:ro", f"--volume={engine.lent}/pip.conf:/etc/pip.conf:ro"]
    folders += [f"--volume={path}:{path}:ro" for path in brought]
    with step("compose up -d --build"):
        engine.compose("up", "-d", "--build", build=("--network=host", *folders))
    (held,) = json.loads(engine.podman("image", "inspect", named["vigie"]))
    print(f"the image holds {held['Size'] / 1e6:.0f} MB, its user is {held['Config']['User']}")


def services(engine: Engine) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((engine.code / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"])


def write_secrets(engine: Engine) -> None:
    """As docs/running.md says."""
    folder, password = engine.code / "deploy/secrets", secrets.token_hex(24)
    folder.mkdir(mode=0o700)
    (folder / "database_password").write_text(password + "\n")
    (folder / "database_url").write_text(f"postgresql://vigie:{password}@database/vigie")
    for path in folder.iterdir():
        path.chmod(0o444)


class Visitor:
    """Somebody at this machine with a browser's cookies, who trusts the certificates that this Caddy makes."""

    def __init__(self, engine: Engine) -> None:
        self.roots, self.cookies = engine.folder / "caddy.crt", ""
        until("Caddy has a certificate", lambda: self._trust(engine))
        self.pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1", 443, ca_certs=str(self.roots), server_hostname=NAME, assert_hostname=NAME, retries=False
        )

    def _trust(self, engine: Engine) -> bool:
        held = engine.compose("exec", "-T", "caddy", "cat", "/data/caddy/pki/authorities/local/root.crt")
        return self.roots.write_bytes(held) > 0

    def _ask(self, method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Host": NAME, "Cookie": self.cookies, "Origin": URL, "Sec-Fetch-Site": "same-origin"}
        return self.pool.request(method, path, headers=headers, redirect=False, timeout=30.0, **more)

    def says(self, path: str) -> str:
        return self._ask("GET", path).data.decode()

    def send(self, path: str, **fields: str) -> None:
        """A form of a door, as a browser sends it. Raises FailedError where nobody is let in."""
        got = self._ask("POST", path, fields=fields, encode_multipart=False)
        kept = [one for one in got.headers.getlist("set-cookie") if "Secure" in one]
        if got.status != 303 or not kept:
            raise FailedError(f"{path} answered {got.status}: {got.data[:300]!r}")
        self.cookies = "; ".join(one.split(";")[0] for one in kept)

    def open(self, page: str) -> float:
        """A page's script run to its end over the WebSocket, as a browser's tab does it. Seconds."""
        with connect(
            f"wss://{NAME}/_stcore/stream",
            sock=socket.create_connection(("127.0.0.1", 443), timeout=30),
            ssl=ssl.create_default_context(cafile=str(self.roots)),
            origin=Origin(URL),
            additional_headers={"Cookie": self.cookies},
            subprotocols=[STREAMLIT],
            max_size=None,
            proxy=None,
        ) as stream:
            return Tab(stream).open(page)

    def opens_again(self) -> None:
        """Caddy looks every few seconds whether the app is there, and lets nobody through before."""
        until("Overview opens", lambda: self.open("overview"))


def come_in(engine: Engine, visitor: Visitor) -> None:
    """The first administrator, by the link of the log."""
    found = re.findall(rf"{URL}(/join/[\w-]+)", engine.compose("logs", "app").decode())
    assert found, "no link in the log"
    assert "Vigie" not in visitor.says("/_stcore/stream")
    visitor.send(found[-1], name="Ada", login="ada@example.com", password=PASSWORD)
    print("the first administrator came in by the link of the log", flush=True)


def counted(engine: Engine) -> int:
    said = engine.compose("exec", "-T", "database", "psql", "-U", "vigie", "-Atc", "SELECT count(*) FROM post")
    return int(said)


def import_posts(engine: Engine, first: int = 0) -> None:
    rows = [
        f"{n},2026-11-{n % 28 + 1:02},Ann {n % 40},The battery of lamp {n} lasts {n % 9} days and we like it"
        for n in range(first, first + POSTS)
    ]
    table = "\n".join(["id,date,author,text", *rows]).encode()
    line = "cat >/tmp/posts.csv && .venv/bin/python -m sources import /tmp/posts.csv"
    print(engine.compose("exec", "-T", "worker", "sh", "-c", line, give=table).decode().strip()[-200:])


def is_killed_and_returns(engine: Engine, service: str, is_back: Callable[[], object]) -> None:
    """End a service's first process from outside, as the kernel would."""
    before = engine.state(service)["Pid"]
    os.kill(before, 9)
    until(f"{service} is another process", lambda: engine.state(service)["Pid"] not in (0, before))
    until(f"{service}, which was killed, is back", is_back)


def files_of(engine: Engine) -> str:
    """Whose what is in the volume, and how large."""
    return engine.compose(
        "exec", "-T", "app", "find", "/var/lib/vigie", "-type", "f", "-printf", "%P %m %u %s\\n"
    ).decode()


def bring_back(engine: Engine, visitor: Visitor) -> None:
    """The backup of docs/running.md, gone back to on a machine that has nothing, and on the one that it is of."""
    engine.compose("stop", "worker")  # it would go on between the two copies
    engine.compose("exec", "-T", "app", "sh", "-c", "umask 077; echo '[mastodon]' >/var/lib/vigie/credentials.toml")
    before, held = counted(engine), files_of(engine)
    with step("the backup is taken"):
        dump = engine.compose("exec", "-T", "database", "pg_dump", "-U", "vigie", "-Fc", "vigie")
        files = engine.compose("exec", "-T", "app", "tar", "-C", "/var/lib/vigie", "-cf", "-", ".")
    with step("all containers and volumes are thrown away"):
        engine.compose("down", "-v")
    with step("the backup is brought back"):
        engine.compose("up", "-d", "database")
        until("the database is well", lambda: engine.is_well("database"))
        put_back(engine, dump, files)
    assert counted(engine) == before
    missing = set(held.splitlines()) - set(files_of(engine).splitlines())
    assert not missing, missing
    visitor = Visitor(engine)
    until("/readyz says ok", lambda: visitor.says("/readyz") == "ok")
    visitor.send("/signin", login="ada@example.com", password=PASSWORD)
    visitor.opens_again()
    print(f"{before} posts, the accounts and the files are back")
    import_posts(engine, POSTS)
    with step("the same backup is gone back to, with 300 posts more there"):
        engine.compose("stop", "app", "worker")
        put_back(engine, dump, files, "--exclude-schema=erasures")
    assert counted(engine) == before
    until("/readyz says ok", lambda: visitor.says("/readyz") == "ok")
    visitor.send("/signin", login="ada@example.com", password=PASSWORD)  # sessions went back too
    visitor.opens_again()


def put_back(engine: Engine, dump: bytes, files: bytes, *more: str) -> None:
    restore = ("pg_restore", "-U", "vigie", "-d", "vigie", "--clean", "--if-exists", *more)
    engine.compose("exec", "-T", "database", *restore, give=dump)
    engine.compose("run", "--rm", "-T", "worker", "tar", "-C", "/var/lib/vigie", "-xf", "-", give=files)
    engine.compose("up", "-d")
    print(engine.compose("exec", "-T", "worker", ".venv/bin/python", "-m", "data", "replay").decode().strip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compose", default="podman-compose", metavar="PROGRAM")
    parser.add_argument("--bring", type=Path, nargs="*", default=[])
    parser.add_argument("--folder", type=Path, help="where images and containers are kept, and stay")
    given = parser.parse_args()
    lacking = [name for name in ("mmdebstrap", "podman", given.compose) if shutil.which(name) is None]
    if os.getuid() or lacking:
        sys.exit(f"This needs root{''.join(f', {name}' for name in lacking)}.")
    of_its_own()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="vigie-container-"))
    folder.mkdir(parents=True, exist_ok=True)
    copied(folder / "code")
    engine = Engine(folder, given.compose)
    try:
        write_secrets(engine)
        build(engine, given.bring)
        tried(engine)
    finally:
        engine.compose("down", "-v")
        if given.folder is None:
            engine.podman("system", "reset", "--force")
            shutil.rmtree(folder, ignore_errors=True)


def tried(engine: Engine) -> None:
    """What is asked of a Vigie in containers, one after the other. Raises FailedError at what does not hold."""
    visitor = Visitor(engine)
    until("/readyz says ok", lambda: visitor.says("/readyz") == "ok")
    until("/readyz/worker says ok", lambda: visitor.says("/readyz/worker") == "ok")
    for service in services(engine):
        until(f"the health check of {service} is content", lambda service=service: engine.is_well(service))
    come_in(engine, visitor)
    for page in ("overview", "team", "sources"):
        print(f"{page} took {visitor.open(page):.1f} s")
    import_posts(engine)
    print(f"{counted(engine)} posts are in the database")
    is_killed_and_returns(engine, "worker", lambda: engine.is_well("worker"))
    is_killed_and_returns(engine, "app", lambda: visitor.says("/readyz") == "ok")
    with step("compose restart"):
        engine.compose("restart")
    visitor.opens_again()  # for who was signed in before
    said = engine.compose("run", "--rm", "-T", "worker", ".venv/bin/python", "-m", "data", "migrate").decode()
    print(f"data migrate: {said.strip()}")
    bring_back(engine, visitor)


if __name__ == "__main__":
    main()

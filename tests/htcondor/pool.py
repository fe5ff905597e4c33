"""A real HTCondor pool that lives as long as the tests: `enter` starts it, its commands and files are how to use it."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("POOL", HERE.parents[1] / ".cache" / "pool"))
UNSHARE, NSENTER = (shutil.which(tool) or tool for tool in ("unshare", "nsenter"))
SERVERS = 4  # as in chtc.conf
# Seconds until a wait gives up. Long, for machines with much else to do; a wait that succeeds ends at once.
PATIENCE = 300.0
USER = "bucky"
# What an access point of CHTC gives its users; STAGING since personal staging got a level for the first letter.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    "HOME": f"/home/{USER}",
    "USER": USER,
    "LANG": "C.UTF-8",
    "STAGING": f"/staging/{USER[0]}/{USER}",
}
# Runs a command in a folder as the user, after what the test wrote has been given to the user, and staging to the jobs.
AS_USER = f"""
chown -R --from=root:root {USER}: /home/{USER} /srv && chmod -R a+rwX /srv && cd "$0" && exec runuser -u {USER} -- "$@"
"""


class RefusedError(Exception):
    """condor_submit did not take the job; the text is what it said."""


@dataclass(frozen=True)
class Event:
    """One event of the pool's log, such as `005`, job terminated; its text begins with that number."""

    number: str
    cluster: int
    job: int
    text: str

    @property
    def exit_code(self) -> int | None:
        """The job's exit code, where the event tells it."""
        found = re.search(r"\(return value (\d+)\)", self.text)
        return int(found[1]) if found else None


def why_not() -> str | None:
    """Say in a line why there can be no pool here and how to get one, or None if there can."""
    if not shutil.which(UNSHARE) or os.geteuid() != 0:
        return "no pool: it wants Linux and root, for namespaces of its own; run these tests as root"
    if not (FOLDER / "root").exists():
        return f"no pool: its file tree is missing; as root: {HERE / 'make-root'} {FOLDER}"
    trial = subprocess.run(
        [UNSHARE, "--mount", "--pid", "--fork", "--net", "true"], check=False, capture_output=True, text=True
    )
    if trial.returncode:
        return f"no pool: namespaces are not allowed here ({trial.stderr.strip()}); in a container: run it privileged"
    return None


T = TypeVar("T")


def until(condition: Callable[[], T | None], what: str | Callable[[], str]) -> T:
    """Wait for the condition to be met and return what it gave; after PATIENCE raise TimeoutError with *what*."""
    end = time.monotonic() + PATIENCE
    while not (met := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {PATIENCE:.0f} s: {what if isinstance(what, str) else what()}")
        time.sleep(0.05)
    return met


class Pool:
    """What a user of the pool has: home directory, staging, commands."""

    def __init__(self, session: Path, process: int) -> None:
        self.home = session / "home"
        self.served = session / "srv"
        self.staging = session / "srv" / "staging" / USER[0] / USER
        self.researchdrive = session / "srv" / "researchdrive"
        self.image = FOLDER / "root" / "opt" / "base.sif"  # a small Python; in the pool /opt/base.sif
        self._log = session / "log" / "EventLog"
        self._process = process
        self._jobs: dict[int, int] = {}  # of each cluster submitted here

    def run(
        self, command: list[str], cwd: Path | None = None, *, input: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as the user, in a folder below home."""
        folder = Path("/home", USER) / (cwd or self.home).relative_to(self.home)
        return subprocess.run(
            [NSENTER, f"--target={self._process}", "--all", "--root", "sh", "-c", AS_USER, folder, *command],
            env=ENVIRONMENT,
            input=input,
            timeout=PATIENCE,
            check=check,
            capture_output=True,
            text=True,
        )

    def submit(self, folder: Path, file: str, *options: str) -> int:
        """Submit a file of this folder, a submit description or a DAG; returns the cluster."""
        tool = "condor_submit_dag" if file.endswith(".dag") else "condor_submit"
        return self._submitted(self.run([tool, *options, file], folder, check=False))

    def interact(self, folder: Path, file: str, commands: str) -> str:
        """Type these commands into an interactive job and wait until its files are back; returns what was said."""
        said = self.run(["condor_submit", "-i", file], folder, input=commands, check=False)
        self.wait(self._submitted(said))
        return said.stdout + said.stderr

    def _submitted(self, said: subprocess.CompletedProcess[str]) -> int:
        found = re.search(r"(\d+) job\(s\) submitted to cluster (\d+)", said.stdout)
        if said.returncode or not found:
            raise RefusedError(said.stderr + said.stdout)
        self._jobs[int(found[2])] = int(found[1])
        return int(found[2])

    def events(self, cluster: int) -> list[Event]:
        """All that the log says of the cluster so far."""
        events = []
        # Only what is written to its end, which is a line of three dots.
        for text in self._log.read_text().split("\n...\n")[:-1]:
            head = re.match(r"(\d{3}) \((\d+)\.(\d+)\.", text)
            if head and int(head[2]) == cluster:
                events.append(Event(head[1], int(head[2]), int(head[3]), text))
        return events

    def wait(self, cluster: int) -> list[Event]:
        """Wait until each job of the cluster has ended, been held or removed; returns that event of each job."""

        def all_at_rest() -> list[Event] | None:
            last: dict[int, Event] = {}
            for event in self.events(cluster):
                if event.number in ("005", "009", "012"):
                    last[event.job] = event
                elif event.number == "013":  # released
                    last.pop(event.job, None)
            return [last[job] for job in sorted(last)] if len(last) == self._jobs[cluster] else None

        return until(all_at_rest, lambda: self._story(cluster))

    def wait_for(self, cluster: int, number: str, *, job: int = 0, times: int = 1) -> None:
        """Wait until the log has this event of the job, so many times."""

        def there() -> bool:
            return sum(event.number == number and event.job == job for event in self.events(cluster)) >= times

        until(there, lambda: f"event {number} of job {cluster}.{job}\n{self._story(cluster)}")

    def ad(self, cluster: int, job: int = 0) -> dict[str, Any]:
        """All that HTCondor knows of the job, whether it is in the queue or has left it."""
        for tool in ("condor_q", "condor_history"):
            ads: list[dict[str, Any]] = json.loads(self.run([tool, "-json", f"{cluster}.{job}"]).stdout or "[]")
            if ads:
                return ads[0]
        raise LookupError(f"no job {cluster}.{job}")

    def _story(self, cluster: int) -> str:
        analysis = self.run(["condor_q", "-better-analyze", str(cluster)], check=False)
        return "\n".join([*(event.text for event in self.events(cluster)), analysis.stdout])


@contextmanager
def running(session: Path) -> Iterator[Pool]:
    """Start a pool that writes to this folder; it ends with this block, or with this process, however that ends."""
    (session / "srv" / "staging" / USER[0] / USER).mkdir(parents=True)
    # The last process in there waits for the end of its input: the pool ends with whoever holds the other end.
    with (
        (session / "start.log").open("w") as log,
        subprocess.Popen(
            [HERE / "enter", FOLDER, session, "bash", "-c", "condor_master && cat"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        ) as process,
    ):

        def started() -> Pool | None:
            if process.poll() is not None:
                raise RuntimeError(f"the pool did not start: {(session / 'start.log').read_text()}")
            # Before there is a log, the process has not yet entered the tree.
            if not (session / "log" / "MasterLog").exists():
                return None
            first = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
            pool = Pool(session, int(first))
            servers = pool.run(["condor_status", "-af", "Name"], check=False).stdout.split()
            return pool if len(servers) == SERVERS else None

        try:
            yield until(started, lambda: f"the pool is up; its logs are in {session / 'log'}")
        finally:
            process.kill()

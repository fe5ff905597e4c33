"""A browser with a quarter of the machine's processors, as on an old computer or a busy one: by a control group of Linux."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.bars import Row
from bench.page import FAST, LOOPBACK, STOCK, Visit, chromium, fresh_page, host, visit
from bench.start import ratio

PART = 0.25
BAR = 0.20
PERIOD = 100_000  # µs, the kernel's own
WRITTEN = 10_000  # ms after a first visit until what it keeps is surely written, here

# The folder of control groups, the file that limits one, and what is to be written there: the older kind, and the newer.
KINDS = (
    (Path("/sys/fs/cgroup/cpu"), "cpu.cfs_quota_us", "{quota}"),
    (Path("/sys/fs/cgroup"), "cpu.max", "{quota} {period}"),
)


def rows() -> Iterator[Row]:
    """Measure, and yield the bar; no row where control groups cannot be made."""
    with part_of_the_processor() as program:
        if program is None:
            return
        by_way: dict[str, list[Visit]] = {FAST: [], STOCK: []}
        with chromium() as browser, host(LOOPBACK) as server:
            for way in (STOCK, FAST):
                with fresh_page(browser, program) as page:
                    for _ in range(4):
                        by_way[way].append(visit(page, f"{server.address}{way}planner/"))
                        page.wait_for_timeout(WRITTEN)
        later = {way: visits[1:] for way, visits in by_way.items()}
        yield ratio("Python answers, second visit, a quarter of the processor", BAR, later[FAST], later[STOCK])


@contextmanager
def part_of_the_processor() -> Iterator[str | None]:
    """Yield a program that starts the browser with its part; None where this machine does not let us."""
    quota = int(PART * PERIOD * len(os.sched_getaffinity(0)))
    for root, limit, text in KINDS:
        group = root / f"htc-planner-bench-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(text.format(quota=quota, period=PERIOD))
        except OSError:
            if group.is_dir():
                group.rmdir()
            continue
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "browser")
            program.write_text(f'#!/bin/sh\necho $$ > {group}/cgroup.procs && exec "$CHROMIUM" "$@"\n')
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
            yield str(program)
        group.rmdir()
        return
    yield None

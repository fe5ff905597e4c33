"""How soon a new plan is painted after an edit, and how many bundles are made in a second."""

import time
from collections.abc import Iterator
from statistics import median, quantiles

from bench.bars import Row
from bench.page import FAST, LOOPBACK, chromium, fresh_page, host, visit
from planner.answers import as_texts, default_answers
from planner.bundle import make_zip
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools

EDITS = 200
ROUNDS = 10
LONG = 100_000  # jobs
SLOWER = 4  # times, the main thread of a slow computer

# Types one answer, and returns the ms until the frame with the new plan is painted, and of them those in Python. The worker's reply is seen first
# here, then by the page, which puts the plan in its place; a message to itself comes after the next frame.
EDIT = """([name, text]) => new Promise((done) => {
  const began = performance.now();
  bench.replied = (to) => to === "plan" && requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done([performance.now() - began, bench.took]);
    port2.postMessage(null);
  });
  const fields = [...document.getElementById("questions").elements].filter((field) => field.name === name);
  for (const field of fields) {
    if (field.type === "checkbox") field.checked = text.split("\\n").includes(field.value);
    else if (field.type === "radio") field.checked = field.value === text;
    else field.value = text;
  }
  fields[0].dispatchEvent(new Event("input", { bubbles: true }));
})"""
# Before the page's own scripts: tells when a reply has come from the worker, and notes how long it took.
LISTEN = """
  const Plain = Worker;
  window.Worker = class extends Plain {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        if (data.type !== "reply") return;
        window.bench.took = performance.now() - this.postedAt;
        window.bench.replied?.(/"do": "(\\w+)"/.exec(data.text)?.[1]);
      });
    }
    postMessage(...all) {
      this.postedAt = performance.now();
      super.postMessage(...all);
    }
  };
"""
# Clicks the download, and returns the ms until the zip is there, and the longest time in which the page could do nothing.
DOWNLOAD = """() => new Promise((done) => {
  const began = performance.now();
  let last = began;
  let pause = 0;
  let waiting = true;
  const tick = () => {
    pause = Math.max(pause, performance.now() - last);
    last = performance.now();
    if (waiting) setTimeout(tick);
  };
  setTimeout(tick);
  bench.replied = (to) => to === "zip" && setTimeout(() => {
    waiting = false;
    done([performance.now() - began, pause]);
  }, 50);
  document.querySelector("[data-do=zip]").click();
})"""


def rows() -> Iterator[Row]:
    """Measure, and yield the bars of planning."""
    yield _bundles()
    with chromium() as browser, host(LOOPBACK) as server, fresh_page(browser) as page:
        page.add_init_script(LISTEN)
        visit(page, f"{server.address}{FAST}planner/")
        page.wait_for_timeout(2000)
        slow = page.context.new_cdp_session(page)
        for slower, bar, bar95 in ((1, 25, 50), (SLOWER, 80, 110)):
            slow.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            times, of_python = zip(*[page.evaluate(EDIT, edit) for edit in edits()], strict=True)
            middle, most = median(times), quantiles(times, n=20)[-1]
            yield Row(
                f"Edit → new plan painted, {len(times)} edits"
                + (f", main thread {slower} × slower" if slower > 1 else ""),
                f"median ≤ {bar} ms, 95 % ≤ {bar95} ms",
                f"median {middle:.0f} ms, 95 % {most:.0f} ms",
                middle <= bar and most <= bar95,
                f"From question to answer, Python takes {median(of_python):.0f} ms of the median.",
            )
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        rows_of_jobs = "x\n" + "\n".join(map(str, range(LONG)))
        for edit in (("command", "python train.py {x}"), ("task_source", "rows"), ("rows", rows_of_jobs)):
            page.evaluate(EDIT, edit)
        page.wait_for_timeout(2000)  # the plan is there, and all that follows it
        took, pause = page.evaluate(DOWNLOAD)
        yield Row(
            f"A bundle of {LONG:,} jobs, browser",
            "≤ 2 s, no freeze",
            f"{took / 1000:.1f} s, longest pause {pause:.0f} ms",
            took <= 2000 and pause <= 100,
        )


def _bundles() -> Row:
    work = [(example.answers, pools()[example.answers.pool]) for example in examples().values()]
    for answers, pool in work:  # reads facts and templates
        make_zip(make_plan(answers, pool))
    began = time.perf_counter()
    for _ in range(ROUNDS):
        for answers, pool in work:
            make_zip(make_plan(answers, pool))
    speed = ROUNDS * len(work) / (time.perf_counter() - began)
    return Row(
        f"Plan and bundle in CPython, {len(work)} examples", "≥ 100 a second", f"{speed:.0f} a second", speed >= 100
    )


def edits() -> list[tuple[str, str]]:
    """Return edits, one answer each, that lead from example to example and back, over all questions that differ."""
    changes: list[tuple[str, str]] = []
    now = as_texts(default_answers())
    goals = [as_texts(example.answers) for example in examples().values()] + [as_texts(default_answers())]
    while len(changes) < EDITS:
        for goal in goals:
            for name, text in goal.items():
                if now[name] != text:
                    changes.append((name, text))
                    now[name] = text
    return changes[:EDITS]

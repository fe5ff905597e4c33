"""The pool as it is now: the GPUs that ``condor_status -json`` printed, instead of those in the table.

Attribute names are those of HTCondor's GPU discovery (``GPUs_<id> = [ DeviceName; Capability; GlobalMemoryMb ]``).
"""

import dataclasses
import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from planner.errors import PlannerError, Problem
from planner.facts.fact import Fact
from planner.facts.pools import Card, Pool
from planner.facts.sources import Source
from planner.units import Size

_FIX = "Give what condor_status -json printed, whole."
# A GPU reports a little less than its name says; a GPU in the table this close is the same model.
_NEAR = 0.04
_MOST_MIB = 2**24

# Model, capability, MiB reported, and how many of them a server has.
_Kind = tuple[str, float, int, int]


def pool_now(pool: Pool, text: str, where: str, read: datetime.date) -> Pool:
    """Return *pool* with the GPUs that *text* lists, which was read on the day *read*.

    Raises PlannerError where it is not what condor_status prints, or lists no GPU.
    """
    try:
        ads = json.loads(text)
    except (ValueError, RecursionError):
        raise PlannerError([Problem(where, "is not JSON.", _FIX)]) from None
    servers: dict[str, dict[str, tuple[str, float, int]]] = defaultdict(dict)
    for ad in ads if isinstance(ads, list) else []:
        if isinstance(ad, Mapping):
            servers[str(ad.get("Machine", ad.get("Name", "")))].update(_gpus_by_id(ad))
    kinds: Counter[_Kind] = Counter()
    for gpus_by_id in servers.values():
        # A row holds the GPUs of one model in one server; another model in it has its own row.
        for (model, capability, memory), number in Counter(gpus_by_id.values()).items():
            kinds[model, capability, memory, number] += 1
    if not kinds:
        raise PlannerError([Problem(where, "lists no GPU.", _FIX)])
    source = Source("pool-now", f"condor_status, {where}", "", read)
    gpus = tuple(_gpu(pool, source, kind, number) for kind, number in sorted(kinds.items()))
    return dataclasses.replace(pool, cards=gpus)


def _gpus_by_id(ad: Mapping[str, Any]) -> dict[str, tuple[str, float, int]]:
    """Return the GPUs of one slot's machine by their id. Dynamic slots of one machine list the same GPUs."""
    gpus_by_id = {}
    for name, properties in ad.items():
        if not name.lower().startswith("gpus_") or not isinstance(properties, Mapping):
            continue
        model, capability, memory = (properties.get(key) for key in ("DeviceName", "Capability", "GlobalMemoryMb"))
        if (
            isinstance(model, str)
            and isinstance(capability, int | float)
            and isinstance(memory, int)
            and 0 < memory < _MOST_MIB
        ):
            gpus_by_id[str(properties.get("Id", name))] = (model, float(capability), memory)
    return gpus_by_id


def _gpu(pool: Pool, source: Source, kind: _Kind, servers: int) -> Card:
    model, capability, memory, per_server = kind
    reported = Size(memory * 1024**2)
    near = [gpu for gpu in pool.cards if abs(gpu.sold_as.value.bytes / reported.bytes - 1) <= _NEAR]
    return Card(
        model=Fact(model, source),
        servers=Fact(servers, source),
        per_server=Fact(per_server, source),
        capability=Fact(capability, source),
        memory=Fact(reported, source),
        # No report says what the GPU is sold as; the table knows it for GPUs with as much memory.
        sold_as=near[0].sold_as if near else Fact(reported, source),
        safe_memory=Fact(reported, source),
    )

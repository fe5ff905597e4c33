"""Train a small network to tell the two spirals apart: one task. Goes on from its checkpoint if there is one."""

import argparse
import csv
import json
import math
import os
import pickle
import random
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, required=True, help="learning rate")
parser.add_argument("--hidden", type=int, required=True, help="neurons in the hidden layer")
parser.add_argument("--epochs", type=int, default=100)
options = parser.parse_args()

with open("points.csv", newline="") as file:
    points = [(float(row["x"]), float(row["y"]), int(row["colour"])) for row in csv.DictReader(file)]
chance = random.Random(2)
chance.shuffle(points)
held_back, points = points[:120], points[120:]

CHECKPOINT = Path("checkpoints/last.pickle")


def save(state: dict) -> None:
    """Write under another name, then rename: a checkpoint that was cut off must never look finished."""
    CHECKPOINT.parent.mkdir(exist_ok=True)
    part = CHECKPOINT.with_suffix(".part")
    part.write_bytes(pickle.dumps(state))
    os.replace(part, CHECKPOINT)


def features(x: float, y: float) -> list[float]:
    """Describe a point: where it is, and how far out."""
    return [x, y, math.hypot(x, y), 1.0]


def answer(state: dict, seen: list[float]) -> tuple[list[float], float]:
    """Return the hidden layer, and how sure the network is that the colour is 1."""
    hidden = [math.tanh(sum(w * s for w, s in zip(row, seen))) for row in state["inner"]]
    total = sum(w * h for w, h in zip(state["outer"], [*hidden, 1.0]))
    return hidden, 1 / (1 + math.exp(-total))


def learn(state: dict, x: float, y: float, colour: int) -> None:
    """Take one step downhill for one point."""
    seen = features(x, y)
    hidden, sure = answer(state, seen)
    slope = sure - colour
    for at, (row, h) in enumerate(zip(state["inner"], hidden)):
        back = slope * state["outer"][at] * (1 - h * h)
        for column, s in enumerate(seen):
            row[column] -= options.rate * back * s
    for at, h in enumerate([*hidden, 1.0]):
        state["outer"][at] -= options.rate * slope * h


def right(state: dict) -> float:
    """Return the share of the points held back that the network gets right."""
    return sum((answer(state, features(x, y))[1] > 0.5) == bool(colour) for x, y, colour in held_back) / len(held_back)


if CHECKPOINT.exists():
    state, random_state = pickle.loads(CHECKPOINT.read_bytes()).values()
    chance.setstate(random_state)
    print(f"going on after epoch {state['epoch']}")
else:
    state = {
        "epoch": 0,
        "inner": [[chance.gauss(0, 2) for _ in range(4)] for _ in range(options.hidden)],
        "outer": [chance.gauss(0, 0.5) for _ in range(options.hidden + 1)],
    }

while state["epoch"] < options.epochs:
    # The order depends on the random numbers alone, whose state is saved: a run that was stopped learns as one that
    # was not.
    order = sorted(points)
    chance.shuffle(order)
    for x, y, colour in order:
        learn(state, x, y, colour)
    state["epoch"] += 1
    save({"state": state, "chance": chance.getstate()})
    if state["epoch"] % 10 == 0 or state["epoch"] == options.epochs:
        print(f"epoch {state['epoch']:3}: {right(state):.0%} right")

Path("results").mkdir(exist_ok=True)
result = {"rate": options.rate, "hidden": options.hidden, "epochs": state["epoch"], "right": round(right(state), 3)}
Path("results/result.json").write_text(json.dumps(result) + "\n")

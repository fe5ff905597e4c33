"""Make the data: two spirals of noisy points, a colour each, as points.csv. The same points every time."""

import csv
import math
import random

POINTS = 300  # of each colour

chance = random.Random(1)
with open("points.csv", "w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["x", "y", "colour"])
    for number in range(POINTS):
        turn = 5 * math.pi * (0.1 + 0.9 * number / POINTS)
        for colour in (0, 1):
            angle = turn + math.pi * colour
            x = turn / 10 * math.cos(angle) + chance.gauss(0, 0.02)
            y = turn / 10 * math.sin(angle) + chance.gauss(0, 0.02)
            table.writerow([f"{x:.4f}", f"{y:.4f}", colour])
print(f"points.csv: {2 * POINTS} points")

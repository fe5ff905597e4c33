"""Stands in for the user's training: asserts what it is given, uses what it is told to use, writes what it promised."""

import argparse
import json
import os
import pathlib
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--lr", required=True)
parser.add_argument("--batch", required=True)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--pace", type=float, default=0.2)
options = parser.parse_args()

# Every input is there, unpacked; and the job's own directory is all that it writes to.
images = sorted(str(path) for path in pathlib.Path("images").rglob("*.png"))
assert images, "no data arrived"
assert pathlib.Path("helpers/deep/names.txt").read_text() == "kept its folder\n"
assert os.environ["HOME"] == str(pathlib.Path.cwd()), "caches would go to a home that is not there"

results, checkpoint = pathlib.Path("results"), pathlib.Path("checkpoints/last")
assert results.is_dir(), "the folder for results is made before the program starts"
epoch = int(checkpoint.read_text()) if checkpoint.exists() else 0
with (results / "starts").open("a") as starts:
    print(epoch, file=starts)
while epoch < options.epochs:
    time.sleep(options.pace)
    epoch += 1
    if checkpoint.parent.is_dir():
        # Under another name first: a checkpoint that is cut off must not look finished.
        checkpoint.with_suffix(".part").write_text(str(epoch))
        checkpoint.with_suffix(".part").rename(checkpoint)
(results / "deep").mkdir(exist_ok=True)
(results / "deep" / "told.json").write_text(
    json.dumps({"lr": options.lr, "batch": options.batch, "epochs": epoch, "images": len(images)})
)
sys.exit(int(options.batch) if options.lr == "exit" else 0)

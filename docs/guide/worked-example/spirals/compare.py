"""Compare what all tasks brought back: the last step, run once. Writes best.json and prints a table."""

import json
from pathlib import Path

results = [json.loads(path.read_text()) for path in sorted(Path("returned").glob("task-*/results/result.json"))]
results.sort(key=lambda result: -result["right"])
print("rate   hidden  right")
for result in results:
    print(f"{result['rate']:<6} {result['hidden']:>6}  {result['right']:.1%}")
Path("best.json").write_text(json.dumps(results[0]) + "\n")

"""Python's module in two parts: whichever functions are in the hot one, both together do what the whole did."""

import json
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from overrides.hooks.runtime import build as runtime
from overrides.hooks.runtime import trim_loader, used_functions, wasm
from overrides.hooks.runtime.split import split
from overrides.hooks.runtime.wasm import bytes_of, counted, i32_const, number, vector

# A module with what parts have to share: an imported function, variables, memory with data, a table, a recursion.
I32, END = b"\x7f", b"\x0b"
TWO_TO_ONE, ONE_TO_ONE, NOTHING = b"\x60\2\x7f\x7f\1\x7f", b"\x60\1\x7f\1\x7f", b"\x60\0\0"
FUNCTIONS = {  # name: type, variables of its own, instructions; function 0 is the imported one
    "add": (0, b"\0", b"\x20\0\x20\1\x6a"),
    "twice": (1, b"\0", b"\x20\0\x20\0\x10\1"),
    # n == 0 ? 1 : n * factorial(n - 1), by way of a variable
    "factorial": (1, b"\1\1\x7f", b"\x20\0\x45\x04\x7f" + i32_const(1) + b"\5\x20\0" + i32_const(1) + b"\x6b\x10\3\x22\1\x20\0\x6c\x0b"),
    # counts its calls in a variable that changes, and adds one that does not
    "calls": (1, b"\0", b"\x23\0" + i32_const(1) + b"\x6a\x24\0\x23\0\x23\1\x6a"),
    # what that variable holds, also where the other part changed it
    "called": (1, b"\0", b"\x23\0"),
    # reads from memory, and writes what it was given there
    "swap": (1, b"\1\1\x7f", i32_const(64) + b"\x28\2\0\x21\1" + i32_const(64) + b"\x20\0\x36\2\0\x20\1"),
    # calls what stands in the table at the place 1: `twice`
    "through": (1, b"\0", b"\x20\0" + i32_const(1) + b"\x11\1\0"),
    "imported": (1, b"\0", b"\x20\0\x10\0"),
}  # fmt: skip


def small_module() -> bytes:
    exports = [wasm.Export(name.encode(), wasm.A_FUNCTION, at) for at, name in enumerate(FUNCTIONS, 1)]
    more = [wasm.Export(b"memory", wasm.A_MEMORY, 0), wasm.Export(b"table", wasm.A_TABLE, 0)]
    return wasm.module(
        {
            wasm.TYPE: vector([TWO_TO_ONE, ONE_TO_ONE, NOTHING]),
            wasm.IMPORT: vector([bytes_of(wasm.Import(b"env", b"negative", wasm.A_FUNCTION, number(1)))]),
            wasm.FUNCTION: vector(number(type) for type, _, _ in FUNCTIONS.values()),
            wasm.TABLE: vector([b"\x70\1\2\4"]),
            wasm.MEMORY: vector([b"\0\1"]),
            wasm.GLOBAL: vector([I32 + b"\1" + i32_const(100) + END, I32 + b"\0" + i32_const(1000) + END]),
            wasm.EXPORT: vector(map(bytes_of, [*exports, *more])),
            wasm.ELEMENT: vector([b"\0" + i32_const(0) + END + vector([number(1), number(2)])]),
            wasm.CODE: vector(counted(own + code + END) for _, own, code in FUNCTIONS.values()),
            wasm.DATA: vector([b"\0" + i32_const(64) + END + counted(b"\x2a\0\0\0")]),
        }
    )


# Calls everything twice, in both orders, and tells what came back and whether the cold part was needed.
CALLS = """
import { readFileSync } from "node:fs";
const { instantiate } = await import("data:text/javascript," + encodeURIComponent(readFileSync(process.argv[1], "utf8")));
const imports = () => ({ env: { negative: (x) => -x } });
const { names, modules } = JSON.parse(readFileSync(0, "utf8"));
const compiled = (hex) => new WebAssembly.Module(Buffer.from(hex, "hex"));
const said = [];
for (const [hot, cold] of modules) {
  const part = { get module() { return (loaded = compiled(cold)); } };
  let loaded = null;
  const { exports } = cold === null
    ? await WebAssembly.instantiate(compiled(hot), imports())
    : await instantiate(compiled(hot), imports(), part);
  const results = [...names, ...[...names].reverse()].map((name, at) => exports[name](at % 7, 3));
  said.push([results, loaded !== null]);
}
console.log(JSON.stringify(said));
"""


def results(*modules: tuple[bytes, bytes | None]) -> list[tuple[list[int], bool]]:
    """Return for each module, whole or in two parts, what all functions returned and whether the cold part was loaded."""
    texts = [[part and part.hex() for part in parts] for parts in modules]
    script = runtime.ROOT / "planner" / "web" / "wasm-loader.js"
    given = json.dumps({"names": list(FUNCTIONS), "modules": texts})
    command = ["node", "--input-type=module", "--eval", CALLS, "--", str(script)]
    done = subprocess.run(command, input=given, text=True, capture_output=True, check=True)
    return [(found, loaded) for found, loaded in json.loads(done.stdout)]


def test_a_module_does_the_same_however_it_is_cut() -> None:
    module, every = small_module(), range(len(FUNCTIONS))
    cuts = [set(chosen) for size in range(len(FUNCTIONS) + 1) for chosen in combinations(every, size)]
    (whole, _), *cut = results((module, None), *(split(module, chosen) for chosen in cuts))
    assert len(set(whole)) > len(FUNCTIONS)
    assert [found for found, _ in cut] == [whole] * len(cuts)
    # All of them are called: only where all are in the hot part is the cold one not needed.
    assert [loaded for _, loaded in cut] == [True] * (len(cuts) - 1) + [False]


@pytest.mark.parametrize("changed", [b"\0wasm\1\0\0\0", wasm.MAGIC + b"\x20\0", wasm.MAGIC + b"\1\0\1\0"])
def test_what_is_no_module_or_not_known_is_refused(changed: bytes) -> None:
    with pytest.raises(ValueError, match=r"module|Section"):
        wasm.sections(changed)


@pytest.mark.parametrize("value", [0, 1, 63, 64, 127, 128, 8191, 8192, 1_000_000])
def test_numbers_are_read_as_they_were_written(value: int) -> None:
    assert wasm.Reader(number(value)).number() == value
    signed = i32_const(value)[1:]
    bits = sum((byte & 0x7F) << 7 * at for at, byte in enumerate(signed))
    assert bits == value
    assert signed[-1] & 0x40 == 0  # else it were negative


# --- Python's own module -------------------------------------------------------------------------------------------

MODULE = (runtime.PYODIDE / runtime.MODULE).read_bytes()

# What the page never does: each needs functions of the cold part. The text of all that came out is compared.
WORK = """
import decimal, hashlib, itertools, math, re, struct, sys, unicodedata, zlib
import _codecs_cn, _codecs_hk, _codecs_jp, _codecs_kr, _codecs_tw
said = []
text = "".join(map(chr, itertools.chain(range(0x20, 0x3000, 7), range(0x3000, 0xD800, 11))))
for codec in ("gb2312", "gbk", "gb18030", "big5hkscs", "shift_jis_2004", "euc_jp", "cp949", "johab", "big5", "utf_7", "utf_16"):
    data = text.encode(codec, "ignore")
    said.append((codec, zlib.crc32(data), zlib.crc32(data.decode(codec).encode("utf-8"))))
said.append(zlib.crc32("".join(unicodedata.name(chr(at), "") for at in range(0x20000)).encode()))
said.append(zlib.crc32(unicodedata.normalize("NFKD", text).encode()))
said.append(decimal.Decimal(2).sqrt() / decimal.Decimal("7.1"))
said.append([hashlib.new(name, b"text").hexdigest() for name in ("sha3_256", "blake2b", "md5")])
said.append(3 ** 5000 % 10 ** 40 * math.comb(500, 250) // 7 ** 90)
said.append(re.findall(r"(?<=a)b(?!c)|[^\\W\\d_]{3,}?", "abe abc xyz élan"))
said.append(struct.pack(">hqd", -2, 2 ** 40, 0.1).hex())
said.append(complex(1, 2) ** 1.5)
try:
    [].index(1)
except ValueError as error:
    said.append(repr(error))
repr(said)
"""
BOOT = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { loadPyodide } from "pyodide";
const { instantiate } = await import("data:text/javascript," + encodeURIComponent(readFileSync(process.argv[1], "utf8")));
const [, , folder] = process.argv;
let needed = false;
const options = {};
if (folder) {
  const read = (name) => readFileSync(`${folder}/${name}`);
  const cold = { get module() { needed = true; return new WebAssembly.Module(read("cold.wasm")); } };
  options.createPyodideModule = (await import(pathToFileURL(`${folder}/trimmed.mjs`))).default;
  WebAssembly.instantiate = ((instantiateWhole) => async (what, imports) => {
    if (what.length < 1e6) return instantiateWhole(what, imports);
    WebAssembly.instantiate = instantiateWhole;
    const module = new WebAssembly.Module(read("hot.wasm"));
    return { module, instance: await instantiate(module, imports, cold) };
  })(WebAssembly.instantiate);
}
const python = await loadPyodide(options);
const said = python.runPython(readFileSync(0, "utf8"));
console.log(JSON.stringify([said, needed]));
"""


def python_says(*folder: Path) -> list[object]:
    """Return what Python says of the work, and whether it needed the cold part; whole, or as the *folder* has it in parts."""
    script = runtime.ROOT / "planner" / "web" / "wasm-loader.js"
    command = ["node", "--input-type=module", "--eval", BOOT, "--", str(script), *map(str, folder)]
    done = subprocess.run(command, cwd=runtime.ROOT, input=WORK, text=True, capture_output=True, check=True)
    said: list[object] = json.loads(done.stdout)
    return said


def test_python_in_two_parts_does_what_the_whole_does(site: Path) -> None:
    (folder,) = (site / "runtime").glob("pyodide-*")
    (whole, _), (said, needed) = python_says(), python_says(folder)
    assert needed
    assert said == whole


def test_the_script_names_no_export_that_the_module_lacks(site: Path) -> None:
    (folder,) = (site / "runtime").glob("pyodide-*")
    script = (folder / "trimmed.mjs").read_text()
    exported = {
        one.name.decode()
        for one in wasm.items(wasm.sections((folder / "hot.wasm").read_bytes())[wasm.EXPORT], wasm.read_export)
    }
    named = {name for _, _, name in trim_loader.ASSIGNED.findall(script)}
    assert 100 < len(named) < 500
    assert named <= exported


def test_only_what_is_named_elsewhere_stays_of_the_script() -> None:
    many = ",".join(f"_v{number}" for number in range(1000))
    script = f"""a;var _used,{many},_told,wasmMemory;function assignWasmExports(wasmExports){{_used=Module["_used"]=wasmExports["used"];_v1=Module["_v1"]=wasmExports["v1"];_told=Module["_told"]=wasmExports["told"].value>>>0}}run(_used)"""
    kept = ",".join(name for name in many.split(",") if name != "_v1")
    assert trim_loader.trimmed(script, "Module._told") == (
        f"""a;var _used,{kept},_told,wasmMemory;function assignWasmExports(wasmExports){{_used=Module["_used"]=wasmExports["used"];_told=Module["_told"]=wasmExports["told"].value>>>0}}run(_used)"""
    )


def test_a_script_that_is_built_in_another_way_is_refused() -> None:
    with pytest.raises(ValueError, match=r"another way: see overrides/hooks/runtime/trim_loader\.py"):
        trim_loader.trimmed("function assignExports(){}")


def test_the_list_of_called_functions_is_of_this_module_and_as_make_used_functions_writes_it() -> None:
    """With another version of Pyodide `make used-functions` has to find them anew."""
    assert used_functions.is_of(MODULE)
    text = used_functions.LIST.read_text()
    numbers = used_functions.functions_called(MODULE)
    assert max(numbers) < wasm.Reader(wasm.sections(MODULE)[wasm.FUNCTION]).number()
    assert used_functions.text_of(MODULE, numbers) == text


def test_for_another_module_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="make used-functions"):
        used_functions.functions_called(small_module())

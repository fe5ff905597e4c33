"""The reader of submit descriptions, judged by HTCondor's own; and what it makes of any text at all."""

import re
import time
import tomllib
from pathlib import Path

import htcondor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts.pools import pools
from planner.review import review
from planner.submit.description import Submit, read_submit

CHTC = pools()["chtc"]
GOLDEN = Path(__file__).parents[1] / "golden"

# Ways to write things, each of which HTCondor takes.
WRITTEN = [
    "Request_Memory=1 GB   ",
    "+WantGPULab = true",
    'MY.Foo = "x"\nmy.foo=2\n+FOO=3',
    "x=1\nX=2",
    "x=1\nx = $(x) 3",
    "x=$(y)\ny=1\nx = $(x) 3",
    "a=1\na=$(a)2\na=$(a)3",
    "a=$(a:3)",
    "y=a$(nope)b$(nope:d)",
    "a=$(x:$(y))\ny=3",
    "a=$(b:x y, (z) w)",
    "a = $(b)\nb = $(c)\nc=7",
    "a=$(b.c)\nb.c=1",
    "a=$( b )\nb=1",
    "a=$(dollar)x",
    "a=$(DOLLAR)(x)",
    "a=$$(x) $$([1])",
    "a=$CHOICE(0,row)\nrow=p,q",
    "a=$CHOICE(i,p,q)\ni=1",
    "a=$Fpn(x)\nx=/p/q.r",
    "a=$Fn(x)$Fx(x)$Fd(x)$Fq(x)\nx=/p/q.r",
    "a=$F(nope)",
    "a=$Fnx(a)",
    "a=/p/q.r\na=$Fnx(A)",
    "b=3\na=$(b)/q.r\na=$Fq(a)$(a)",
    "a=$(x\nb=1",
    "z=a\\\nb",
    "a=x \\\n   y\nb=1",
    "a=x\\\n\ty",
    "a=1 \\  \nb=2",
    "a = x \\\n\nb = 2",
    "# c \\\nb=1",
    "w = 1 # c",
    "a = b=c",
    "a == 3",
    "a =3\r\nb=4\r\n",
    "a @=x\n l1\n# no\n l2\n@x\nb=1",
    "if true\nb=1\nelse\nb=2\nendif",
    "if $(nope)\nb=1\nelse\nb=2\nendif",
    "if ! defined nope\nb=1\nendif",
    "x=5\nif $(x)\na=1\nendif",
    "if version >= 24.0\nq=1\nendif",
    "if version < 24.0.2\nq=1\nelse\nr=1\nendif",
    "IF TRUE\nb=1\nELIF true\nc=1\nELSE\nd=1\nENDIF",
    "if 0\nb=1\nelif 1\nb=2\nelse\nb=3\nendif",
    "if false\nif true\na=1\nelse\nb=1\nendif\nelse\nc=1\nendif",
    "if false\nnonsense\nendif\na=1",
    "if false\nerror : no\nendif\na=1",
    "+foo = 1\nif defined MY.foo\nb=1\nendif",
    "warning : hi\na=1",
    "include = foo",
    "queuex=1",
]
REFUSED = [
    "nonsense line",
    "request_cpus : 2",
    "a-b=3",
    "a b = 3",
    "$a=1",
    "a := b",
    "=3",
    "queue=3",
    "queue3",
    "+ x = 3",
    "a[1]=2",
    "+a @=x\n 1\n@x",
    "a\u00a0=1",
    "\ufeffa=1",
    "if abc\na=1\nendif",
    "if 1 > 2\nb=1\nendif",
    "if true && false\na=1\nendif",
    "else",
    "elif",
    "endif",
    "error : no",
    "include : nofile",
]


def theirs(text: str) -> dict[str, tuple[str, str]]:
    """Return what HTCondor reads: each key's value as written and expanded. Blanks at the ends mean nothing."""
    submit = htcondor2.Submit(text)
    found = {}
    for name in submit:
        try:
            value = submit[name].strip()
        except KeyError:  # an empty value
            value = ""
        if not value:
            continue
        try:
            found[name.lower()] = (value, submit.expand(name).strip())
        except KeyError:  # nothing is left of it
            found[name.lower()] = (value, "")
    return found


# What HTCondor's reader takes for the numbers of a job that there is not yet; ours leaves their names.
FIRST_JOB = {"cluster": "1", "clusterid": "1", "process": "0", "procid": "0"}


def ours(submit: Submit) -> dict[str, tuple[str, str]]:
    def expanded(key: str) -> str:
        names = rf"\$\(({'|'.join(FIRST_JOB)})\)"
        return re.sub(names, lambda found: FIRST_JOB[found[1].lower()], submit.value(key), flags=re.IGNORECASE)

    return {key: (value.strip(), expanded(key).strip()) for key, value in submit.values.items() if value}


@pytest.mark.parametrize("text", WRITTEN)
def test_htcondor_reads_the_same(text: str) -> None:
    submit = read_submit(f"{text}\n", "a.sub")
    assert submit.problems == []
    assert ours(submit) == theirs(f"{text}\n")


@pytest.mark.parametrize("text", REFUSED)
def test_what_htcondor_refuses_is_a_problem(text: str) -> None:
    with pytest.raises(ValueError, match="failed"):
        htcondor2.Submit(f"{text}\n")
    assert read_submit(f"{text}\n", "a.sub").problems


def test_a_comment_between_continued_lines_is_a_problem() -> None:
    # HTCondor takes the file, and makes "x m" of it.
    assert htcondor2.Submit("a=x \\\n# hmm\nb=1\n")["a"] == "x m"
    assert [problem.where for problem in read_submit("a=x \\\n# hmm\nb=1\n", "a.sub").problems] == ["a.sub:1"]


def test_included_files_are_read_in_their_place() -> None:
    submit = read_submit("x = 1\ninclude : lib/common.sub\ny = $(z)\n", "a.sub", {"common.sub": "x = 2\nz = 3\n"})
    assert (submit.value("x"), submit.value("y"), submit.problems) == ("2", "3", [])
    assert [command.line.file for command in submit.commands] == ["a.sub", "lib/common.sub", "lib/common.sub", "a.sub"]
    assert read_submit("include : a.sub\n", "a.sub", {"a.sub": "include : a.sub\n"}).problems


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("queue", ("", (), "", "", "", ())),
        ("Queue 10", ("10", (), "", "", "", ())),
        ("queue $(n)", ("$(n)", (), "", "", "", ())),
        ("queue in (a b)", ("", (), "in", "", "", ("a", "b"))),
        ("queue 3 x in (a, b)", ("3", ("x",), "in", "", "", ("a", "b"))),
        ("queue x in [1:] (a b\nc\n)", ("", ("x",), "in", "1:", "", ("a", "b", "c"))),
        ("queue a,b from list.csv", ("", ("a", "b"), "from", "", "list.csv", ())),
        ("queue 2 a, b from [1:4] list.csv", ("2", ("a", "b"), "from", "1:4", "list.csv", ())),
        ("queue a b from (\n1 2\n3,4\n)", ("", ("a", "b"), "from", "", "", ("1 2", "3,4"))),
        ("queue x from seq 3 |", ("", ("x",), "from", "", "seq 3 |", ())),
        ("queue x matching files *.py", ("", ("x",), "matching", "", "*.py", ())),
        ("queue 2 matching dirs (a* b*)", ("2", (), "matching", "", "", ("a* b*",))),
    ],
)
def test_queue_in_all_its_forms(text: str, read: tuple[object, ...]) -> None:
    (queue,) = read_submit(f"a = 1\n{text}\n", "a.sub").queues
    assert (queue.count, queue.names, queue.form, queue.slice, queue.source, queue.items) == read
    assert queue.line.first == 2
    assert queue.last == 2 + text.count("\n")


NAMES = st.sampled_from(
    [
        *("executable", "Arguments", "log", "output", "x", "Y", "my_var", "+Foo", "MY.Bar", "requirements", "getenv"),
        *("request_cpus", "Request_Memory", "request_disk", "request_gpu", "request_gpus", "gpus_minimum_memory"),
        *(
            "container_image",
            "universe",
            "transfer_input_files",
            "+WantGPULab",
            "+GPUJobLength",
            "checkpoint_exit_code",
        ),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *("1", "2 GB", "$(x)", "$(y:3) z", "a, b", '"text"', "true", "16000", "16,000", '"40GB"', "40GB", "Short"),
            *("osdf:///chtc/staging/b/bucky/a.sif", "/staging/bucky/a.tar", "file:///staging/b/bucky/a.tar", "docker"),
            *("4 # four", "“x”", "(A == 1) || B", "$CHOICE(0, p, q)", "$Fnx(x)", "$$(Memory)", "$(DOLLAR)(x)"),
        ]
    ),
    st.text(alphabet="abcXYZ019 ._-/,=()'", min_size=1, max_size=20).map(str.strip).filter(bool),
)


@st.composite
def descriptions(draw: st.DrawFn) -> str:
    """Draw a submit description that HTCondor takes."""
    out = []
    for _ in range(draw(st.integers(1, 8))):
        name, value = draw(NAMES), draw(VALUES)
        if f"$({name.lower()}" in value:
            continue
        line = f"{name}{draw(st.sampled_from(['=', ' = ', '   =']))}{value}"
        form = draw(st.sampled_from(["plain", "plain", "if", "else", "lines", "continued", "comment"]))
        if form in ("if", "else"):
            other = f"\nelse\n  {draw(NAMES)} = {draw(st.integers(0, 9))}" * (form == "else")
            condition = draw(st.sampled_from(["true", "false", "0", "defined x", "! defined y", "version > 9.0"]))
            line = f"if {condition}\n  {line}{other}\nendif"
        elif form == "lines":
            line = f"{name.replace('+', 'MY.')} @=end\n  {value}\n# no\n  more\n@end"
        elif form == "continued":
            line = f"{line} \\\n  more"
        elif form == "comment":
            line = f"# said {value}\n{line}"
        out.append(line)
    # Two names that mean each other would never end; HTCondor stops at such a file.
    return "\n".join(out).replace("$(y:3)", "3") + "\nqueue\n"


@given(descriptions())
def test_any_valid_description_is_read_as_htcondor_reads_it(text: str) -> None:
    submit = read_submit(text, "a.sub")
    assert ours(submit) == theirs(text)


@given(descriptions())
def test_what_is_mended_is_read_as_htcondor_reads_it(text: str) -> None:
    mended = review({"a.sub": text}, CHTC).fixed.get("a.sub", text)
    assert ours(read_submit(mended, "a.sub")) == theirs(mended)
    assert "a.sub" not in review({"a.sub": mended}, CHTC).fixed


# A mend may change the commands that its finding names, and add others.
@given(descriptions())
def test_what_was_right_keeps_its_meaning(text: str) -> None:
    found = review({"a.sub": text}, CHTC)
    if "a.sub" not in found.fixed:
        return
    before, after = theirs(text), theirs(found.fixed["a.sub"])
    named = {one.line for one in found.findings if one.edits}
    named |= {line for one in found.findings for mend in one.edits for line in range(mend.first, mend.last + 1)}
    touched = {command.key for command in read_submit(text, "a.sub").all_commands if command.line.first in named}
    kept = before.keys() - touched
    # As written: what a value stands for may hang on one that was mended.
    assert {key: before[key][0] for key in kept} == {key: after[key][0] for key in kept & after.keys()}


@pytest.mark.parametrize("folder", sorted(path.name for path in GOLDEN.iterdir()))
def test_generated_files_have_no_findings(folder: str) -> None:
    root = GOLDEN / folder
    files = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    found = review(files, pools()[tomllib.loads(files["answers.toml"])["pool"]])
    assert [(one.check.id, one.file, one.line, one.what) for one in found.findings] == []
    assert found.fixed == {}


FILE_NAMES = ["a.sub", "run.sh", "train.py", "my.def", "Dockerfile", "x.dag", "list.csv", "job.sbatch", "unknown"]
PIECES = st.sampled_from(
    [
        *("queue", "queue x from (", ")", "if", "else", "endif", "include : a.sub", "executable = run.sh", "x @=", "@"),
        *("request_memory = ", "1,000GiB", '"', "\\", "\\\n", "$(x)", "$(", "$CHOICE(", ")", "$F(x", "=", "+", "MY."),
        *(
            "#!",
            "%post",
            "apt install",
            "FROM ",
            "From: ",
            "pip install ",
            "timeout 5 ",
            "RETRY a 9",
            "PARENT",
            "#SBATCH",
        ),
        *(
            "transfer_input_files = /staging/x/y",
            "requirements = (",
            "version >= 9",
            "checkpoint_exit_code = 85",
            "\ufeff",
        ),
        *(
            "queue a,b from [1:0:x] list.csv",
            "queue 2 from list.csv",
            "\r\n",
            "\x00",
            "½²",
            "gpus_minimum_memory = 40GB",
        ),
    ]
)


@given(
    st.dictionaries(
        st.sampled_from(FILE_NAMES),
        st.lists(st.one_of(PIECES, st.text(max_size=8), st.just("\n")), max_size=30).map("".join),
    )
)
def test_any_text_is_reviewed(files: dict[str, str]) -> None:
    found = review(files, CHTC)
    for one in found.findings:
        assert one.file in files
        assert one.line >= 1


@pytest.mark.parametrize(
    "piece",
    [
        "x{n} = $(x{m})$(x{m})\n",
        "request_memory = 16 # c\n",
        "x = $(x)a\n",
        "unknown{n} = 1\n",
        "if true\n",
        "$($($(",
        "a = $(b:",
        "a = b \\\n",
        "python train.py \\ \n",
        "queue x from (\n",
        "(",
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(times: int) -> float:
        text = "".join(piece.format(n=n, m=n + 1) for n in range(times))
        start = time.process_time()
        review({"a.sub": text, "run.sh": text}, CHTC)
        return time.process_time() - start

    few, many = 1000, 8000
    # Eight times the text; a square would take sixty-four times as long. The constant keeps short times from counting.
    assert seconds(many) < 24 * seconds(few) + 0.2

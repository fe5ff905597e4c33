import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers.command import parts, placeholders, words


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python train.py --lr {lr}", ["python", "train.py", "--lr", "{lr}"]),
        ("  ./run   a  ", ["./run", "a"]),
        ("run 'a b' \"c d\"", ["run", "a b", "c d"]),
        ("run a\\ b", ["run", "a b"]),
        ("run --name='it is'", ["run", "--name=it is"]),
        ('run "it\'s"', ["run", "it's"]),
        ("run ''", ["run", ""]),
        ("", []),
    ],
)
def test_a_command_is_split_as_a_shell_would(command: str, expected: list[str]) -> None:
    assert words(command) == expected


@pytest.mark.parametrize("command", ["run 'a", 'run "a', "it's"])
def test_a_quotation_mark_that_is_not_closed_is_refused(command: str) -> None:
    with pytest.raises(ValueError, match=r"^A quotation mark is not closed\.$"):
        words(command)


@pytest.mark.parametrize(
    ("command", "signs"),
    [
        ("python a.py; python b.py", ";"),
        ("python a.py | tee log", "|"),
        ("cd x && python a.py", "&"),
        ("python a.py > out", ">"),
        ("python a.py < in", "<"),
        ("python a.py $HOME", "$"),
        ("python a.py `date`", "`"),
        ("python (a)", "( )"),
        ("python *.py", "*"),
        ("python a?.py", "?"),
        ("python ~/a.py", "~"),
        ("python a.py # now", "#"),
        ("python a.py > $OUT 2>&1", "$ & >"),
        ("python 'a;b' ; ls", ";"),
    ],
)
def test_a_sign_on_which_a_shell_would_act_is_refused(command: str, signs: str) -> None:
    with pytest.raises(ValueError, match=r"^A task is one program") as refused:
        words(command)
    assert str(refused.value) == (
        f"A task is one program with its arguments: put what needs {signs} into a script of yours and name the script, "
        "or set the sign in single quotes if it belongs to an argument."
    )


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("run 'a;b|c&d'", "a;b|c&d"),
        ("run '$HOME/*'", "$HOME/*"),
        ("run \\*", "*"),
        ("run \\$x", "$x"),
        ("run '~'", "~"),
    ],
)
def test_the_same_sign_in_quotes_belongs_to_its_argument(command: str, argument: str) -> None:
    assert words(command) == ["run", argument]


@given(st.lists(st.text(alphabet="ab {}=,;|&<>()`$*?~#'\"\\é", max_size=10), max_size=5))
def test_whatever_is_quoted_for_a_shell_comes_back_as_it_was(arguments: list[str]) -> None:
    assert words(shlex.join(arguments)) == arguments


def test_placeholders_come_each_once_in_order() -> None:
    assert placeholders("run --b {b} --a {a} --again {b}") == ["b", "a"]


@pytest.mark.parametrize("command", ["run {}", "run {a b}", "run {1}", "run {a-b}", "run a}", "run {a"])
def test_braces_without_a_name_in_them_are_no_placeholder(command: str) -> None:
    assert placeholders(command) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("--lr={lr}", [("--lr=", False), ("lr", True)]),
        ("{a}{b}", [("a", True), ("b", True)]),
        ("out/{seed}.csv", [("out/", False), ("seed", True), (".csv", False)]),
        ("plain", [("plain", False)]),
        ("{}", [("{}", False)]),
        ("", []),
    ],
)
def test_a_word_is_split_into_text_and_names(word: str, expected: list[tuple[str, bool]]) -> None:
    assert parts(word) == expected


@given(st.text(alphabet="ab_1{}=- é", max_size=20))
def test_the_parts_of_a_word_make_the_word_again(word: str) -> None:
    assert "".join(f"{{{piece}}}" if is_name else piece for piece, is_name in parts(word)) == word


@given(st.text(alphabet="ab_1{}=- é", max_size=20))
def test_the_names_among_the_parts_are_the_placeholders(word: str) -> None:
    names = [piece for piece, is_name in parts(word) if is_name]
    assert list(dict.fromkeys(names)) == placeholders(word)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", name) for name in names)

"""``glassnet lesson``: the list, a lesson printed, a conversation, exports; no file that was not asked for."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.commands import Call, Refused, contents, posix
from cli.test_completion import offered
from glassnet import LESSONS
from glassnet.cli.pupil import Pupil
from glassnet.lessons import done


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what was done would be noted."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.setenv("LINES", "24")
    return folder / "glassnet" / "lessons.json"


def typing(*lines: str | type[BaseException]) -> Any:
    """Reads these lines, one at each prompt; then the input has an end."""
    left = iter(lines)

    def read(prompt: str) -> str:
        said = next(left, EOFError)
        if isinstance(said, str):
            return said
        raise said

    return read


def test_the_list(call: Call, state: Path) -> None:
    listed = call("lesson")
    assert (listed.code, listed.err) == (0, "")
    for number, (name, heading) in enumerate(LESSONS.headings().items(), start=1):
        assert any(
            line.split()[:2] == [str(number), name] and heading.title in line for line in listed.out.splitlines()
        )
    assert "begin with: glassnet lesson line" in listed.out and not state.exists()
    assert max(map(len, listed.out.splitlines())) <= 80


def test_printed_where_no_one_answers(call: Call, folder: Path, state: Path) -> None:
    printed = call("lesson", "go-to-class")
    assert (printed.code, printed.err) == (0, "")
    places = [
        printed.out.index(text) for text in ("Three steps", "Question 1.", "Answer 1.", "skip()", "Try: ", "days=17.0")
    ]
    assert places == sorted(places)
    assert "= 0.6986" in printed.out[places[2] :] and contents(folder) == {} and not state.exists()


def test_a_changed_setting(call: Call) -> None:
    assert "goto_class()" in call("lesson", "go-to-class", "difficulty=1").out
    assert "difficulty = 1.0  # " in call("lesson", "go-to-class", "difficulty=1", "--code").out


def test_what_is_refused(refused: Refused, folder: Path) -> None:
    assert refused("lesson", "linne").startswith("there is no lesson 'linne'; did you mean 'line'?")
    assert refused("lesson", "descent", "alfa=1").startswith(
        "there is no setting of the lesson 'descent' 'alfa'; did you"
    )
    assert refused("lesson", "descent", "alpha=9").startswith("alpha must be a number above 0 and at most 5")
    assert refused("lesson", "descent", "alpha").startswith("'alpha' changes no setting; write SETTING=VALUE")
    assert refused("lesson", "line", "--notebook", "line.html").startswith(
        "there is no ending of a --notebook file '.html'"
    )
    assert refused("lesson", "line", "--static", "no/such/line.html").startswith(
        "'no/such/line.html' cannot be written"
    )
    (folder / "mine.html").write_text("<p>mine")
    assert refused("lesson", "line", "--static", "mine.html").startswith(
        "'mine.html' exists and is not a .html file of a lesson"
    )


def test_exports(call: Call, folder: Path, state: Path) -> None:
    files = {"--notebook": "c.ipynb", "--static": "c.html", "--worksheet": "w.html"}
    arguments = [argument for pair in files.items() for argument in pair]
    first, again = call("lesson", "collapse", *arguments), call("lesson", "collapse", *arguments)
    assert (first.code, first.err, sorted(contents(folder))) == (0, "", sorted(files.values()))
    assert first.out.count("Linear layers collapse: written to ") == 3 and again.out.count("replacing") == 3
    assert call("lesson", "collapse", "w1=4", "--worksheet", "w.md").code == 0
    assert (folder / "w.md").read_text().startswith("# Linear layers collapse") and not state.exists()
    assert json.loads((folder / "c.ipynb").read_text())["nbformat"] == 4


def test_completion() -> None:
    assert offered("lesson", "c") == ["collapse", "chain-rule"]
    assert offered("lesson", "descent", "al") == ["alpha=0.1"]
    assert offered("lesson", "collapse", "") == ["w1=3.0", "b1=1.0", "w2=2.0", "b2=5.0"]


def test_a_conversation(capsys: pytest.CaptureFixture[str], state: Path) -> None:
    answers = ["what?", "5", "6", "", "skip"]
    changes = ["code", "w1=4", "", "w1=400", "w9=1", "nonsense", "", "all", "", "ask", "8", "show", "leave"]
    assert Pupil(LESSONS["collapse"], {}, typing(*answers, *changes)).talk() is None
    out = " ".join(capsys.readouterr().out.split())
    wanted = [
        "8 of 16: Linear layers collapse", "Question 1 of 2", "'what?' is not a number",
        "5 is what comes out when the weights are added, not multiplied. Try again", "Right: w = w2 w1 = 2*3 = 6.",
        str(state), "Question 2 of 2", "A number, please", "1 of 2 by yourself.", "from glassnet import Dense",
        "w1 must be a number at least -9 and at most 9", "there is no setting of the lesson 'collapse' 'w9'",
        "'nonsense' is nothing", "Right: w = w2 w1 = 2*4 = 8.", "b = w2 b1 + b2 = 2*1 + 5 = 7.", "until next time",
    ]  # fmt: skip
    places = [out.find(text) for text in wanted]
    assert -1 not in places, wanted[places.index(-1)]
    assert places == sorted(places)
    assert done.done() == {"collapse": (1, 2)}


def test_next_leads_on_and_the_end_of_input_out() -> None:
    pupil = Pupil(LESSONS["collapse"], {}, typing("skip", "skip", "next"))
    following = pupil.talk()
    assert following is not None and following.name == "go-to-class"
    for stop in (EOFError, KeyboardInterrupt):
        with pytest.raises(stop):
            Pupil(following, {}, typing("0.7", stop)).talk()


def test_what_was_done_is_kept_and_can_be_forgotten(call: Call, state: Path) -> None:
    assert done.remember("collapse", 2, 2) and done.remember("line", 1, 3) and done.remember("line", 0, 3)
    assert done.done() == {"collapse": (2, 2), "line": (1, 3)}
    listed = call("lesson").out
    assert "go on with: glassnet lesson line" in listed
    assert [line.split()[-1] for line in listed.splitlines() if " collapse " in line] == ["done"]
    assert any("Fitting a line" in line and line.endswith("1 of 3") for line in listed.splitlines())
    assert call("lesson", "--forget").code == 0 and not state.exists() and done.done() == {}


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"line": 3}', '{"line": ["a", 1]}', "\0"])
def test_a_broken_note_is_no_note(broken: str, state: Path) -> None:
    state.parent.mkdir()
    state.write_text(broken)
    assert done.done() == {} and done.remember("line", 1, 3) and done.done() == {"line": (1, 3)}


def test_no_place_for_notes_is_no_fault(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state.parent.write_text("a file where the folder would be")
    assert not done.remember("line", 1, 3)
    with pytest.raises(EOFError):
        Pupil(LESSONS["collapse"], {}, typing("6")).talk()
    assert "noted" not in capsys.readouterr().out


@posix
@pytest.mark.parametrize(("key", "code", "said"), [(b"\x04", 0, b"until next time"), (b"\x03", 130, b"stopped.")])
def test_a_real_terminal(key: bytes, code: int, said: bytes, state: Path) -> None:
    """Asked, answered, and left by Ctrl-D or Ctrl-C."""
    import pty

    child, terminal = pty.fork()
    if not child:
        os.execv(sys.executable, [sys.executable, "-m", "glassnet", "lesson", "collapse"])
    seen, answers = b"", [b"5\n", b"6\n", key]
    while answers:
        while seen.count(b"your number>") < 4 - len(answers):
            seen += os.read(terminal, 4096)
        os.write(terminal, answers.pop(0))
    try:
        while chunk := os.read(terminal, 4096):
            seen += chunk
    except OSError:  # the terminal's other side is closed
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code
    os.close(terminal)
    assert b"5 is what comes out when the weights are added" in seen and b"Right: w = w2 w1 = 2*3 = 6." in seen
    assert said in seen and b"Traceback" not in seen and state.exists()

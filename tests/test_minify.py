"""The minified runtime is the same program, judged by deno's parser and its type checker, not by our own code."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from justui import assets
from justui.minify import minify

ROOT: Final = Path(__file__).resolve().parents[1]
LIMIT: Final = 15 * 1024
BRIDGE_LIMIT: Final = 9 * 1024

CASES: Final = {
    "const long = 1; use(long);": "let aa=1;use(aa);",
    "function add(left, right = left) { return left + +right; }": "function aa(a,b=a){return a+ +b}",
    "const pick = ({ name, other: mine = name, ...rest }, [first, , last]) => name;": "let aa=({name:a,other:b=a,...c},[d,,e])=>a;",
    "function open(name) { return { name, open, size: name.size, get name() { return 1; } }; }": "function aa(a){return{name:a,open:aa,size:a.size,get name(){return 1}}}",
    "let title = document.title; title = `a ${title} b ${`in ${title}`} title`;": "let aa=document.title;aa=`a ${aa} b ${`in ${aa}`} title`;",
    'const form = /[/"]form\\/(\\d)/g; const half = form / 2 / 1; // form': 'let aa=/[/"]form\\/(\\d)/g;let ab=aa/2/1;',
    "class Box {\n  items = [];\n  grow(items) {\n    this.items = items;\n  }\n}": "class aa{items=[];grow(a){this.items=a}}",
    "try { go(); } catch (error) { console.log(error); }": "try{go()}catch(a){console.log(a)}",
    "try { go(); } catch { const error = 1; stop(error); }": "try{go()}catch{let a=1;stop(a)}",
    "for (const [name, ...values] of list) later(async (name) => await name?.(values));": "for(let[a,...b]of list)later(async a=>await a?.(b));",
    "use(facet.of(true), list?.of(name), typeof (name));": "use(facet.of(true),list?.of(name),typeof name);",
    "const { a: { deep }, ['x' + y]: z } = global;": "let{a:{deep:aa},['x'+y]:ab}=global;",
    "if (on) { const x = () => ({ on }), yes = { on: on ? x : 1 }; }": "if(on){let a=()=>({on}),b={on:on?a:1}}",
    "function outer(a) { function inner(outer) { return outer; } return inner(a); }": "function aa(a){function b(aa){return aa}return b(a)}",
}


def deno(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("deno", path=str(Path(sys.executable).parent)) or shutil.which("deno")
    assert program, "deno is missing: make test installs it"
    environment = {**os.environ, "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [program, *arguments], check=False, capture_output=True, text=True, timeout=60, env=environment
    )


SCRIPTS: Final[dict[str, Callable[..., assets.Asset]]] = {"runtime": assets.runtime, "bridge": assets.bridge}
SCRIPTS.update(
    {name: functools.partial(assets.half, name) for name in sorted(assets.HALVES | {"shared", "shared_element"})}
)


def _with_readable_names(content: bytes) -> bytes:
    """The other scripts that this one names are the readable ones."""
    names = {script(readable=False).name.encode(): script(readable=True).name.encode() for script in SCRIPTS.values()}
    return re.sub(rb"[\w-]+\.[0-9a-f]{16}\.js", lambda found: names[found[0]], content)


@pytest.mark.parametrize("source", CASES)
def test_names_are_shortened_and_nothing_else(source: str) -> None:
    assert minify(source) == CASES[source]


@pytest.mark.parametrize("word", ["of", "get", "async"])
def test_a_word_of_the_language_is_no_name(word: str) -> None:
    with pytest.raises(SyntaxError, match=f"declares '{word}'"):
        minify(f"function pick({word}) {{ for (const item of {word}) use({{ {word} }}); }}")


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_minified_scripts_are_the_same_programs(script: Callable[..., assets.Asset], tmp_path: Path) -> None:
    """The syntax trees are equal; each name of a statement has become one other, which no other name of it has."""
    one, other = tmp_path / "one.js", tmp_path / "other.js"
    one.write_bytes(script(readable=True).content)
    other.write_bytes(_with_readable_names(script(readable=False).content))
    judge = str(ROOT / "tests" / "js" / "same_program.js")
    done = deno("test", "--no-config", "--no-check", f"--allow-read={tmp_path}", judge, "--", str(one), str(other))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_judge_sees_a_wrong_name(tmp_path: Path) -> None:
    one, other = tmp_path / "one.js", tmp_path / "other.js"
    one.write_text("const long = 1; const rest = 2; use(long.rest, rest, rest);")
    judge = str(ROOT / "tests" / "js" / "same_program.js")
    for text, same in {
        "const a = 1; const b = 2; use(a.rest, b, b);": True,
        "const a = 1; const b = 2; use(a.b, b, b);": False,
        "const a = 1; const b = 2; use(a.rest, a, b);": False,
        "const a = 1; const b = 2; use(a.rest, a, a);": False,
        "const a = 1; const b = 3; use(a.rest, b, b);": False,
    }.items():
        other.write_text(text)
        done = deno("test", "--no-config", "--no-check", f"--allow-read={tmp_path}", judge, "--", str(one), str(other))
        assert (done.returncode == 0) is same, text + done.stdout


def test_the_minified_scripts_use_no_name_that_nobody_declares(tmp_path: Path) -> None:
    runtime, bridge = assets.runtime(readable=False), assets.bridge(readable=False)
    (tmp_path / "deno.json").write_text((ROOT / "deno.json").read_text())
    (tmp_path / runtime.name).write_bytes(runtime.content)
    for text, undeclared in ((bridge.content.decode(), False), ("const aa = 1; aa(ab);", True)):
        script = tmp_path / "script.js"
        script.write_text(text)
        done = deno("check", str(script), str(tmp_path / runtime.name))
        assert bool(re.search(r"TS(2304|2305|2552|18004)\b", done.stderr)) is undeclared, done.stderr[-3000:]


def test_minified_code_gives_the_shared_answers() -> None:
    """The text merge, minified, answers as `merge.py` does."""
    source = (ROOT / "justui" / "browser" / "merge.js").read_text().replace("export function", "function")
    code = minify(source + "globalThis.minified = { merge };")
    cases = json.loads((ROOT / "tests" / "merge_cases.json").read_text())["merge"]
    ask = f"{code};console.log(JSON.stringify({json.dumps(cases)}.map(([a,b,c]) => minified.merge(a,b,c))))"
    done = deno("eval", "--no-config", ask)
    assert json.loads(done.stdout) == [wanted for *_, wanted in cases], done.stderr


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(SyntaxError, match="cannot be read: '#secret"):
        minify("class Box { #secret = 1; }")


def test_the_runtime_stays_small() -> None:
    assert len(assets.runtime(readable=False).zipped) <= LIMIT


def test_the_bridge_is_small_too() -> None:
    assert len(assets.bridge(readable=False).zipped) <= BRIDGE_LIMIT

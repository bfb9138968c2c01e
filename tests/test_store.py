"""The local store: verified or nothing, whatever the sources do. The CDN is a real server, npm a real program."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from justui.errors import AssetError, ConfigError
from justui.manifest import File, Package, manifest
from justui.sources import CDN, Cdn, Npm, Source, Unreachable
from justui.store import Store, default_folder, store, use
from tests.harness import cdn as harness
from tests.harness.cdn import CONTENTS, GOOD_NPM, Manner, asked_npm, make_npm, manifest_of, real_npm

INK = CONTENTS["ink"]["dist/ink.js"]
PINNED = manifest_of(CONTENTS)
NOWHERE = "http://127.0.0.1:1"


class Never:
    """A source that must not be asked."""

    title = "nobody"

    def limit(self, file: File) -> float:
        return 1.0

    def fetch(self, package: Package, file: File, enough: threading.Event) -> dict[str, bytes]:
        raise AssertionError(f"asked for {file.title}")


class Servers:
    """`servers(manner)` starts a CDN for the length of the test."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(self, manner: Manner = "good") -> harness.Cdn:
        return self._stack.enter_context(harness.Cdn(manner))


@pytest.fixture
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack)


def make_store(folder: Path, *sources: Source, head_start: float = 0.2, remembered: float = 60.0) -> Store:
    return Store(folder / "store", sources, pinned=PINNED, head_start=head_start, remembered=remembered)


def no_npm(folder: Path) -> Npm:
    return Npm(path=str(folder / "nothing"))


# What goes well


def test_a_file_is_fetched_once_and_kept(tmp_path: Path, servers: Servers) -> None:
    cdn = servers()
    kept = make_store(tmp_path, Cdn(cdn.address))
    assert kept.read("ink", "dist/ink.js") is None
    assert not kept.holds("ink", "dist/ink.js")
    assert kept.get("ink", "dist/ink.js") == INK
    assert kept.get("ink", "dist/ink.js") == INK
    assert cdn.asked == ["/ink@1.0.0/dist/ink.js"]
    assert (tmp_path / "store" / "ink@1.0.0" / "dist" / "ink.js").read_bytes() == INK
    assert kept.holds("ink", "dist/ink.js")


def test_a_scoped_package_has_its_place(tmp_path: Path, servers: Servers) -> None:
    cdn = servers()
    kept = make_store(tmp_path, Cdn(cdn.address))
    assert kept.get("@pens/quill", "quill.js") == CONTENTS["@pens/quill"]["quill.js"]
    assert cdn.asked == ["/@pens/quill@1.0.0/quill.js"]


def test_what_is_here_needs_no_source(tmp_path: Path, servers: Servers) -> None:
    for file, got in make_store(tmp_path, Cdn(servers().address)).pull():
        assert got == CONTENTS[file.package][file.path]
    offline = make_store(tmp_path, Never())
    assert offline.read("ink", "ink.css") == offline.get("ink", "ink.css") == CONTENTS["ink"]["ink.css"]
    assert [got for _, got in offline.pull(["ink"])] == list(CONTENTS["ink"].values())


def test_npm_brings_all_files_of_a_package_at_once(tmp_path: Path) -> None:
    npm = make_npm(tmp_path / "bin", GOOD_NPM)
    kept = make_store(tmp_path, Cdn(NOWHERE), Npm(path=str(npm)))
    for path, content in CONTENTS["ink"].items():
        assert kept.get("ink", path) == content
    assert asked_npm(npm) == ["ink@1.0.0"]
    assert make_store(tmp_path, Never()).read("ink", "LICENSE") == CONTENTS["ink"]["LICENSE"]


@pytest.mark.parametrize(
    "change", ["damage", "truncate", "grow", "empty"], ids=["other bytes", "cut off", "too long", "empty"]
)
def test_a_damaged_file_is_found_and_fetched_anew(
    change: str, tmp_path: Path, servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    cdn = servers()
    make_store(tmp_path, Cdn(cdn.address)).get("ink", "dist/ink.js")
    place = tmp_path / "store" / "ink@1.0.0" / "dist" / "ink.js"
    damaged = {"damage": INK.replace(b"1", b"2"), "truncate": INK[:-1], "grow": INK + b" ", "empty": b""}
    place.write_bytes(damaged[change])
    kept = make_store(tmp_path, Cdn(cdn.address))
    assert not kept.holds("ink", "dist/ink.js")
    assert kept.read("ink", "dist/ink.js") is None
    assert "is damaged" in caplog.text
    assert kept.get("ink", "dist/ink.js") == place.read_bytes() == INK


def test_damage_while_the_program_runs_is_found_too(tmp_path: Path, servers: Servers) -> None:
    kept = make_store(tmp_path, Cdn(servers().address))
    kept.get("ink", "dist/ink.js")
    (tmp_path / "store" / "ink@1.0.0" / "dist" / "ink.js").write_bytes(b"alert(1)")
    assert kept.read("ink", "dist/ink.js") is None
    assert kept.get("ink", "dist/ink.js") == INK


# Sources that do not do what they should


@pytest.mark.parametrize(
    "manner", ["lying", "missing", "broken", "silent", "dripping", "dropping", "endless", "huge", "gone"]
)
def test_a_bad_cdn_costs_little_and_harms_nobody(manner: Manner, tmp_path: Path, servers: Servers) -> None:
    npm = make_npm(tmp_path / "bin", GOOD_NPM)
    address = NOWHERE if str(manner) == "gone" else servers(manner).address
    kept = make_store(tmp_path, Cdn(address, patience=1.0), Npm(path=str(npm)))
    start = time.monotonic()
    assert kept.get("ink", "dist/ink.js") == INK
    assert time.monotonic() - start < 5
    assert asked_npm(npm) == ["ink@1.0.0"]
    assert list((tmp_path / "store").rglob(".new-*")) == []


@pytest.mark.parametrize(
    ("manner", "reason"),
    [
        ("lying", "refused: its hash is sha384-"),
        ("missing", "it answered 404"),
        ("broken", "it answered 500"),
        ("silent", "no answer within 0.5 s"),
        ("dripping", "slower than 10 KB a second"),
        ("dropping", "refused: it has 3,200 bytes, the manifest says 6,400"),
        ("endless", "refused: it has 6,401 bytes, the manifest says 6,400"),
        ("huge", "refused: it has 6,401 bytes, the manifest says 6,400"),
    ],
)
def test_the_error_says_what_was_tried_and_what_to_do(
    manner: Manner, reason: str, tmp_path: Path, servers: Servers
) -> None:
    cdn = servers(manner)
    kept = make_store(tmp_path, Cdn(cdn.address, patience=0.5), no_npm(tmp_path))
    with pytest.raises(AssetError) as caught:
        kept.get("ink", "dist/ink.js")
    message = str(caught.value)
    assert message.startswith("ink@1.0.0/dist/ink.js cannot be had. ")
    assert f"{cdn.address}: {reason}" in message
    assert "the npm client: it is not installed" in message
    assert message.endswith("Run `justui assets pull` where a network or the npm client is.")
    assert kept.read("ink", "dist/ink.js") is None
    assert not kept.where(PINNED.file("ink", "dist/ink.js")).exists()


def test_a_wrong_file_is_named_in_the_log(tmp_path: Path, servers: Servers, caplog: pytest.LogCaptureFixture) -> None:
    cdn = servers("lying")
    with pytest.raises(AssetError):
        make_store(tmp_path, Cdn(cdn.address)).get("ink", "ink.css")
    assert f"ink@1.0.0/ink.css from {cdn.address} is refused: its hash is sha384-" in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("tarball({'dist/ink.js': b'x' * 6400})", "refused: its hash is"),
        ("tarball({'dist/ink.js': b'x' * 9999999})", "refused: it has 6,401 bytes"),
        ("tarball({'../dist/ink.js': contents['ink']['dist/ink.js']})", "the package does not contain it"),
        ("tarball({'other.js': b''})", "the package does not contain it"),
        ("open('package.tgz', 'wb').write(b'no archive')", "the package cannot be read: not a gzip file"),
        ("pass", "it ended without a package"),
        ("sys.exit('npm error code E404\\nnpm error not there')", "it ended with 1: code E404; not there"),
        ("sys.exit(3)", "it ended with 3: without a word"),
        ("time.sleep(60)", "no answer within 0.5 s"),
    ],
)
def test_a_bad_npm_is_refused_with_a_reason(script: str, reason: str, tmp_path: Path) -> None:
    npm = make_npm(tmp_path / "bin", script)
    kept = make_store(tmp_path, Npm(path=str(npm), patience=0.5 if "sleep" in script else 20))
    with pytest.raises(AssetError) as caught:
        kept.get("ink", "dist/ink.js")
    assert f"the npm client: {reason}" in str(caught.value)
    assert kept.read("ink", "dist/ink.js") is None


def test_an_npm_that_cannot_be_run(tmp_path: Path) -> None:
    npm = make_npm(tmp_path / "bin", "")
    (npm / "npm").write_text("#!/nowhere/at/all\n")
    with pytest.raises(AssetError, match=r"the npm client: it cannot be run: .*No such file"):
        make_store(tmp_path, Npm(path=str(npm))).get("ink", "ink.css")


def test_a_package_that_is_cut_off(tmp_path: Path) -> None:
    script = "import os; tarball({**contents['ink'], 'big': os.urandom(99999)}); f = pathlib.Path('package.tgz'); "
    npm = make_npm(tmp_path / "bin", script + "f.write_bytes(f.read_bytes()[:200])")
    with pytest.raises(AssetError, match="the package cannot be read: "):
        make_store(tmp_path, Npm(path=str(npm))).get("ink", "ink.css")


def test_the_right_files_of_a_package_are_kept_when_one_is_wrong(tmp_path: Path) -> None:
    npm = make_npm(tmp_path / "bin", "tarball({**contents['ink'], 'ink.css': b'.ink { color: wrong }\\n'})")
    kept = make_store(tmp_path, Npm(path=str(npm)))
    assert kept.get("ink", "dist/ink.js") == INK
    with pytest.raises(AssetError, match=r"ink\.css cannot be had.*refused"):
        kept.get("ink", "ink.css")
    assert asked_npm(npm) == ["ink@1.0.0"]


@pytest.mark.parametrize("manner", ["silent", "broken"])
def test_a_dead_source_is_not_asked_for_each_file(manner: Manner, tmp_path: Path, servers: Servers) -> None:
    cdn = servers(manner)
    kept = make_store(tmp_path, Cdn(cdn.address, patience=0.3))
    errors = [got for _, got in kept.pull()]
    assert all(isinstance(error, AssetError) for error in errors)
    assert len(errors) == 4
    assert len(cdn.asked) == 1


def test_a_dead_source_is_asked_again_after_a_while(tmp_path: Path, servers: Servers) -> None:
    cdn = servers("broken")
    kept = make_store(tmp_path, Cdn(cdn.address), remembered=0.0)
    with pytest.raises(AssetError):
        kept.get("ink", "ink.css")
    cdn.manner = "good"
    assert kept.get("ink", "ink.css") == CONTENTS["ink"]["ink.css"]


def test_one_missing_file_says_nothing_about_the_others(tmp_path: Path, servers: Servers) -> None:
    cdn = servers("missing")
    kept = make_store(tmp_path, Cdn(cdn.address))
    with pytest.raises(AssetError):
        kept.get("ink", "ink.css")
    cdn.manner = "good"
    assert kept.get("ink", "dist/ink.js") == INK
    with pytest.raises(AssetError, match="it answered 404"):
        kept.get("ink", "ink.css")
    assert len(cdn.asked) == 2


def test_a_slow_source_comes_last_for_a_while(tmp_path: Path, servers: Servers) -> None:
    cdn = servers("silent")
    npm = make_npm(tmp_path / "bin", GOOD_NPM)
    kept = make_store(tmp_path, Cdn(cdn.address, patience=30), Npm(path=str(npm)), head_start=0.05)
    assert kept.get("ink", "dist/ink.js") == INK
    kept._head_start = 30
    assert kept.get("@pens/quill", "quill.js")
    assert cdn.asked == ["/ink@1.0.0/dist/ink.js"]


def test_a_source_with_a_fault_is_as_one_that_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AssetError, match="nobody: AssertionError: asked for ink"):
        make_store(tmp_path, Never()).get("ink", "ink.css")
    assert "nobody failed" in caplog.text


def test_without_any_source(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="there is no source"):
        make_store(tmp_path).get("ink", "ink.css")


# Many at once


def test_many_threads_fetch_once(tmp_path: Path, servers: Servers) -> None:
    cdn = servers()
    kept = make_store(tmp_path, Cdn(cdn.address))
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(kept.get("ink", "dist/ink.js"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert got == [INK] * 12
    assert len(cdn.asked) == 1


def test_two_processes_pull_into_one_folder(tmp_path: Path, servers: Servers) -> None:
    program = (
        "import sys\n"
        "from justui.sources import Cdn\n"
        "from justui.store import Store\n"
        "from tests.harness.cdn import CONTENTS, manifest_of\n"
        f"kept = Store({str(tmp_path / 'store')!r}, [Cdn({servers().address!r})], pinned=manifest_of(CONTENTS))\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "for file, got in kept.pull():\n"
        "    assert got == CONTENTS[file.package][file.path]\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    with processes[0], processes[1]:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.communicate("go\n", timeout=30)
    assert [process.returncode for process in processes] == [0, 0]
    found = sorted(str(path.relative_to(tmp_path / "store")) for path in (tmp_path / "store").rglob("*.*[!0]"))
    assert found == ["@pens/quill@1.0.0/quill.js", "ink@1.0.0/dist/ink.js", "ink@1.0.0/ink.css"]


def test_a_folder_that_cannot_be_written(tmp_path: Path, servers: Servers, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    cdn = servers()
    kept = make_store(tmp_path, Cdn(cdn.address))
    assert kept.get("ink", "ink.css") == kept.get("ink", "ink.css") == CONTENTS["ink"]["ink.css"]
    assert kept.holds("ink", "ink.css")
    assert len(cdn.asked) == 1
    assert "cannot be written" in caplog.text
    assert "JUSTUI_ASSETS" in caplog.text


# Addresses and links


def test_addresses_change_with_the_content() -> None:
    kept = Store("unused", [], pinned=PINNED)
    address = kept.address("ink", "dist/ink.js")
    assert address.startswith("/_justui/ink-dist-ink.")
    assert address.endswith(".js")
    other = manifest_of({"ink": {"dist/ink.js": b"other"}})
    assert Store("unused", [], pinned=other).address("ink", "dist/ink.js") != address
    assert len({file.name for file in PINNED}) == 4


def test_links_go_to_the_cdn_only_when_they_must(
    tmp_path: Path, servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    cdn = servers()
    kept = make_store(tmp_path, Cdn(cdn.address))
    link = kept.link_for("ink", "dist/ink.js")
    assert link.address == f"{cdn.address}/ink@1.0.0/dist/ink.js"
    assert link.integrity == PINNED.file("ink", "dist/ink.js").integrity
    kept.link_for("ink", "dist/ink.js")
    assert len(caplog.records) == 1
    assert f"pages load it, and what else is missing, from {cdn.address}" in caplog.text
    assert "Run `justui assets pull`" in caplog.text
    assert kept.link_for("ink", "LICENSE").address == kept.address("ink", "LICENSE")
    assert cdn.asked == []
    kept.get("ink", "dist/ink.js")
    assert kept.link_for("ink", "dist/ink.js").address == kept.address("ink", "dist/ink.js")
    assert kept.link_for("ink", "dist/ink.js").integrity == ""


def test_without_a_cdn_links_stay_here(tmp_path: Path) -> None:
    kept = make_store(tmp_path, no_npm(tmp_path))
    assert kept.cdn is None
    assert kept.link_for("ink", "dist/ink.js").address == kept.address("ink", "dist/ink.js")


@pytest.mark.parametrize("address", ["file:///etc", "cdn.example", "", "https://", "ftp://cdn.example", "https://x/?a"])
def test_a_cdn_is_https(address: str) -> None:
    with pytest.raises(ConfigError, match="begins with https://"):
        Cdn(address)


def test_the_origin_is_what_a_policy_wants() -> None:
    assert Cdn("https://mirror.example:8443/npm/").origin == "https://mirror.example:8443"
    assert Cdn("https://mirror.example/npm/").address(PINNED.file("ink", "ink.css")) == (
        "https://mirror.example/npm/ink@1.0.0/ink.css"
    )


# The store of the process


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"HOME": "/home/ann"}, "linux", "/home/ann/.cache/justui/assets"),
        ({"HOME": "/home/ann", "XDG_CACHE_HOME": "/fast"}, "linux", "/fast/justui/assets"),
        ({"HOME": "/Users/ann"}, "darwin", "/Users/ann/Library/Caches/justui/assets"),
        ({"HOME": "/u", "LOCALAPPDATA": "/u/Local"}, "win32", "/u/Local/justui/assets"),
        ({"HOME": "/u"}, "win32", "/u/AppData/Local/justui/assets"),
        ({"HOME": "/home/ann", "JUSTUI_ASSETS": "/srv/assets"}, "linux", "/srv/assets"),
    ],
)
def test_the_default_folder(environment: dict[str, str], platform: str, folder: str) -> None:
    assert Path(default_folder(environment, platform)) == Path(folder)


def test_the_process_has_one_store(tmp_path: Path) -> None:
    before = store()
    try:
        use(str(tmp_path))
        assert store() is store()
        assert store().folder == tmp_path
        assert store().cdn is not None
        use(str(tmp_path), "")
        assert store().cdn is None
        with pytest.raises(ConfigError):
            use(cdn="cdn.example")
    finally:
        use()
    assert store() is before
    assert before.cdn is not None
    assert before.cdn.base == CDN


@pytest.mark.skipif(real_npm() is None, reason="no npm client")
def test_the_real_npm_client_brings_what_is_pinned(tmp_path: Path) -> None:
    try:
        content = Store(tmp_path / "store", [Npm()]).get("tailwindcss", "utilities.css")
    except AssetError as error:
        if "ended with" in str(error) or "no answer" in str(error):
            pytest.skip(f"no network: {error}")
        raise
    assert content.strip() == b"@tailwind utilities;"
    offline = Store(tmp_path / "store", [Never()])
    assert all(offline.holds("tailwindcss", path) for path in manifest().package("tailwindcss").files)


def test_unreachable_is_an_asset_error() -> None:
    assert issubclass(Unreachable, AssetError)
    assert issubclass(AssetError, OSError)

"""Accounts with hashed passwords: sign in, and each tab of yours knows you; sign out, and all of them forget you at once."""

import time

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from starlette.responses import PlainTextResponse

import justui as ui

LONGEST, TRIES, PAUSE = 100, 5, 30

app = ui.App()
hasher = PasswordHasher()
nobody = hasher.hash("")  # checked for names that are not there, so that the time an answer takes says nothing
accounts: dict[str, "Account"] = {}
misses: dict[str, list[float]] = {}


class Account:
    def __init__(self, name: str, hashed: str) -> None:
        self.name = name
        self.hashed = hashed
        self.notes = ui.List[str]()


def is_right(hashed: str, password: str) -> bool:
    try:
        return hasher.verify(hashed, password)
    except VerifyMismatchError:
        return False


async def sign_in(name: str, password: str) -> str:
    """What is wrong; empty when all is well."""
    if len(misses) > 1000:
        misses.clear()
    recent = misses[name] = [at for at in misses.get(name, []) if time.monotonic() - at < PAUSE]
    if len(recent) >= TRIES:
        return f"Too many tries. Wait {PAUSE} seconds."
    recent.append(time.monotonic())
    account = accounts.get(name)
    if not await ui.in_thread(is_right, account.hashed if account else nobody, password) or not account:
        return "Name or password is wrong."
    del misses[name]
    return ""


async def sign_up(name: str, password: str) -> str:
    if not 1 <= len(name) <= 30 or not 8 <= len(password) <= LONGEST:
        return "Choose a name, and a password of at least 8 characters."
    hashed = await ui.in_thread(hasher.hash, password)
    if name in accounts:
        return "This name is taken."
    accounts[name] = Account(name, hashed)
    return ""


def members(request: ui.Request) -> None:
    if request.session.user not in accounts:
        ui.redirect("./")


@app.route("/notes.txt", before=members)
def download(request: ui.Request) -> PlainTextResponse:
    return PlainTextResponse("\n".join(accounts[request.session.user].notes), headers={"cache-control": "no-store"})


def page(request: ui.Request) -> ui.WebPage:
    session = request.session
    account = accounts.get(session.user)
    return inside(account, session) if account else door(session)


def door(session: ui.Session) -> ui.WebPage:
    async def enter(msg: ui.Event) -> None:
        name, password = msg.values["name"].strip()[:30], msg.values["password"][:LONGEST]
        wrong.text = ""
        step = sign_up if msg.submitter is new else sign_in
        if problem := await step(name, password):
            wrong.text, secret.value = problem, ""
            return
        session.login(name)  # the cookie changes here
        ui.redirect("./")

    wp = ui.WebPage(title="Login")
    with wp, ui.Main(classes="mx-auto max-w-sm"), ui.Card(classes="mt-[8vh] p-8 max-sm:p-5"):
        ui.Icon("lock", classes="text-3xl text-sky-600 dark:text-sky-400")
        ui.H1("Welcome", classes="mt-3 mb-1 text-3xl")
        ui.P("Sign in, or choose a name and be new here.", classes="m-0 text-gray-500 dark:text-gray-400")
        with ui.Form(on_submit=enter, classes="mt-6 flex flex-col gap-4"):
            ui.Label(
                "Name", ui.Input(name="name", required=True, maxlength=30, autocomplete="username", autofocus=True)
            )
            secret = ui.Input(
                name="password", type="password", required=True, maxlength=LONGEST, autocomplete="current-password"
            )
            ui.Label("Password", secret)
            wrong = ui.P(role="alert", classes="m-0 text-sm text-rose-700 empty:hidden dark:text-rose-300")
            with ui.Row(classes="gap-3"):
                ui.Button("Sign in", classes="m-0 flex-1")
                new = ui.Button(
                    "I am new", classes="m-0 flex-1 border-gray-500/30 bg-transparent text-inherit hover:bg-gray-500/10"
                )
    return wp


def inside(account: Account, session: ui.Session) -> ui.WebPage:
    def write() -> None:
        if text := box.value.strip():
            account.notes.append(text)
        box.value = ""
        box.focus()

    wp = ui.WebPage(title="Login")
    with wp, ui.Main(classes="mx-auto max-w-xl space-y-6"):
        with ui.Row(classes="items-center justify-between gap-4"):
            ui.H1(f"Hello, {account.name}", classes="m-0 min-w-0 truncate")
            ui.Button(
                ui.Icon("right-from-bracket"),
                "Sign out",
                on_click=session.logout,
                classes="m-0 flex shrink-0 items-center gap-2",
            )
        with ui.Card(classes="flex flex-col gap-4 p-6"):
            ui.P(
                "Notes for your eyes only. Open this page in a second tab: both show the same, and signing out ends both.",
                classes="m-0 text-gray-500 dark:text-gray-400",
            )
            ui.For(
                account.notes,
                lambda note: ui.Li(note, classes="rounded-lg bg-gray-500/10 px-3 py-2 break-words"),
                empty=ui.Li("Nothing yet.", classes="py-4 text-center text-gray-500 dark:text-gray-400"),
                tag="ul",
                classes="m-0 list-none space-y-2 p-0",
            )
            with ui.Form(on_submit=write, autocomplete="off", classes="flex gap-2"):
                box = ui.Input(aria_label="A note", placeholder="A note", maxlength=500, classes="min-w-0 flex-1")
                ui.Button("Keep it", classes="m-0")
        ui.P(
            ui.A("All notes as a file", href="notes.txt"),
            ", which a guard keeps from everybody else.",
            classes="text-sm",
        )
    return wp


if __name__ == "__main__":
    app.route("/")(page)
    app.run()

"""Labelled fields: built in one line, told what is wrong by the server and by the browser, and what a form then has."""

import gc
import weakref
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.async_api import expect

import justui as ui
from justui.testing import Browser, Tab
from tests.browser.live import Site, comes
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

Values = list[dict[str, Any]]
REQUIRED = "Please fill out this field."


def app_of(page: ui.WebPage | Callable[[], ui.WebPage]) -> ui.App:
    app = ui.App()
    app.route("/")((lambda: page) if isinstance(page, ui.WebPage) else page)
    return app


def message(tab: Tab, label: str) -> str:
    """What a field shows to be wrong, found as an assistive program finds it."""
    control = tab.field(label)
    identities = control.attributes["aria-describedby"].split()
    return str(tab.find(f"#{identities[1]}").text_content())


# Building


def test_a_field_makes_its_control() -> None:
    email = ui.Field("E-mail address", type="email", required=True, help="We never show it")
    control = email.control
    assert isinstance(control, ui.Input)
    assert (control.type, control.name, control.required) == ("email", "e_mail_address", True)
    assert (email.label, email.help, email.error) == ("E-mail address", "We never show it", None)
    label = email.components[0]
    assert isinstance(label, ui.Label)
    assert label.for_ == control.id
    assert isinstance(ui.Field("Town", options=["Oslo"]).control, ui.Select)
    assert isinstance(ui.Field("About", type="textarea", rows=9).control, ui.Textarea)
    assert ui.Field("A", ui.Input(name="b")).control.attributes["name"] == "b"
    assert "name" not in ui.Field("A", name=None).control.attributes


def test_keywords_go_where_they_belong() -> None:
    page = ui.WebPage()
    field = ui.Field("Name", placeholder="Ada", classes="mt-4", id="who", show=False, a=page)
    assert field.control.attributes["placeholder"] == "Ada"
    assert field.control.attributes["id"] == "who"
    assert set((field.classes or "").split()) == {"ui-field", "mt-4"}
    assert not field.show
    assert page.components == [field]
    with page:
        inside = ui.Field("Inside", ui.Select(options=["a"]))
    assert page.components == [field, inside]
    with pytest.raises(ui.UsageError, match="give that to the Input"):
        ui.Field("Name", ui.Input(), required=True)
    with pytest.raises(ui.UsageError, match="one of several boxes"):
        ui.Field("Extras", type="checkbox", options=["a"], required=True)


def test_it_is_bound_like_its_control() -> None:
    name, label = ui.State("Ada"), ui.State("Name")
    field = ui.Field(label, name="name", model=name, help=label)
    assert (field.value, field.label, field.help) == ("Ada", "Name", "Name")
    name.value, label.value = "Grace", "Nom"
    assert (field.value, field.label, field.help) == ("Grace", "Nom", "Nom")


def test_a_group_is_told_of_a_fault_but_cannot_be_invalid_itself() -> None:
    boxes = ui.Field("Extras", type="checkbox", options=["a", "b"], error="Too many")
    radios = ui.Field("Size", type="radio", options=["a", "b"], error="None left")
    assert (boxes.control.attributes["role"], boxes.control.attributes.get("aria-invalid")) == ("group", None)
    assert (radios.control.attributes["role"], radios.control.attributes.get("aria-invalid")) == ("radiogroup", "true")
    assert (boxes.error, radios.error) == ("Too many", "None left")
    radios.error = None
    assert "aria-invalid" not in radios.control.attributes


@pytest.mark.parametrize(
    ("field", "value", "other"),
    [
        (ui.Field("A"), "", "x"),
        (ui.Field("A", type="number", value=3), 3, 4.5),
        (ui.Field("A", type="date"), None, date(2026, 5, 1)),
        (ui.Field("A", type="checkbox"), False, True),
        (ui.Field("A", type="checkbox", value=True), True, False),
        (ui.Field("A", options=["x", "y"]), "x", "y"),
        (ui.Field("A", options=["x", "y"], multiple=True), [], ["y"]),
        (ui.Field("A", type="radio", options=["x", "y"], value="y"), "y", "x"),
        (ui.Field("A", type="radio", options=["x"]), None, "x"),
        (ui.Field("A", type="checkbox", options={"x": "The X", "y": "The Y"}, value=["y"]), ["y"], ["x", "y"]),
        (ui.Field("A", type="checkbox", options=[1, 2], value=2), ["2"], ["1"]),
    ],
    ids=str,
)
def test_the_value_is_the_control_s(field: ui.Field, value: object, other: object) -> None:
    form = ui.Form(field)
    assert field.value == value
    field.value = other
    assert field.value == other
    assert ui.Event("submit", form, ui.WebPage(), None).values == {"a": other}


# What the server says


async def test_a_message_of_the_server_goes_when_the_value_is_mended() -> None:
    def save(msg: ui.Event) -> None:
        field.error = "Taken" if msg.values["name"] == "ada" else None

    page = ui.WebPage()
    field = ui.Field("Name", a=ui.Form(ui.Button("Save"), on_submit=save, a=page))
    async with Browser(app_of(page)) as person, Browser(app_of(page)) as other:
        tab, second = await person.open("/"), await other.open("/")
        await tab.type("Name", "ada\n")
        await tab.wait_for(lambda: message(tab, "Name") == "Taken")
        assert tab.field("Name").attributes["aria-invalid"] == "true"
        # One field of one page, so all see it.
        await second.wait_for(lambda: message(second, "Name") == "Taken")
        await tab.type("Name", "x")
        await tab.wait_for(lambda: message(tab, "Name") == "")
        await second.wait_for(lambda: "aria-invalid" not in second.field("Name").attributes)
        assert field.error is None
        fresh = await person.open("/")
        assert message(fresh, "Name") == ""


async def test_the_message_of_a_private_control_is_private() -> None:
    def save() -> None:
        secret.error = f"{secret.value} is too short"
        seen.append(secret.error)

    seen: list[str | None] = []
    page = ui.WebPage()
    with page, ui.Form(on_submit=save):
        secret = ui.Field("Secret", private=True)
        ui.Button("Save")
    async with Browser(app_of(page)) as person:
        ann, bob = await person.open("/"), await person.open("/")
        await ann.type("Secret", "abc\n")
        await ann.wait_for(lambda: message(ann, "Secret") == "abc is too short")
        assert seen == ["abc is too short"]
        assert secret.error is None
        await bob.type("Secret", "xyz")
        await bob.settled()
        assert message(bob, "Secret") == ""
        assert not [one for one in bob.operations if "abc" in str(one)]
        await ann.type("Secret", "d")
        await ann.wait_for(lambda: message(ann, "Secret") == "")


# What the browser says


async def test_what_the_browser_finds_wrong_stands_in_the_tab_where_it_was_found() -> None:
    sent: Values = []
    page = ui.WebPage()
    with page, ui.Form(on_submit=lambda msg: sent.append(msg.values)):
        name = ui.Field("Name", required=True)
        ui.Field("Mail", type="email", required=True)
        ui.Button("Save")
    async with Browser(app_of(page)) as person:
        ann, bob = await person.open("/"), await person.open("/")
        await ann.click("Save")
        await ann.wait_for(lambda: [message(ann, one) for one in ("Name", "Mail")] == [REQUIRED] * 2)
        assert [method for _, method, _ in ann.done] == ["focus"]
        assert ann.document.focused is ann.field("Name")
        assert ann.field("Name").attributes["aria-invalid"] == "true"
        assert name.error is None
        await ann.type("Name", "Ann")
        await ann.wait_for(lambda: message(ann, "Name") == "")
        assert "aria-invalid" not in ann.field("Name").attributes
        await ann.click("Save")
        await ann.wait_for(lambda: len(ann.done) == 2)
        assert ann.document.focused is ann.field("Mail")
        await ann.fill("Mail", "ann@example.org")
        await ann.click("Save")
        await ann.wait_for(lambda: sent == [{"name": "Ann", "mail": "ann@example.org"}])
        await bob.settled()
        assert [message(bob, one) for one in ("Name", "Mail")] == ["", ""]
        assert not [one for one in bob.operations if REQUIRED in str(one)]


async def test_the_focus_goes_to_what_the_browser_finds_wrong_not_to_what_the_server_said() -> None:
    page = ui.WebPage()
    with page, ui.Form(on_submit=lambda: None):
        ui.Field("Common", error="Taken")
        ui.Field("Secret", private=True)
        ui.Field("Name", required=True)
        ui.Field("Town", required=True)
        ui.Button("Save")
    async with Browser(app_of(page)) as person:
        tab = await person.open("/")
        for _ in range(2):
            tab.done.clear()
            await tab.click("Save")
            await tab.wait_for(lambda: tab.done)
            await tab.settled()
            assert [method for _, method, _ in tab.done] == ["focus"]
            assert tab.document.focused is tab.field("Name")
        assert [message(tab, one) for one in ("Common", "Name")] == ["Taken", REQUIRED]


async def test_a_field_keeps_no_page_alive() -> None:
    gc.disable()
    try:
        page = ui.WebPage()
        field = ui.Field("Name", type="radio", options=["a", "b"], required=True, a=ui.Form(a=page))
        gone = weakref.ref(field)
        del page, field
        assert gone() is None
    finally:
        gc.enable()


# What a form has


async def submitted(form: ui.Form, act: Callable[[Tab], Any]) -> dict[str, Any]:
    """What the handler gets when a person does something to the form."""
    got: Values = []
    form.on("submit", lambda msg: got.append(msg.values))
    async with Browser(app_of(ui.WebPage(form))) as person:
        tab = await person.open("/")
        await act(tab)
        await tab.wait_for(lambda: got)
    return got[0]


async def test_all_values_by_name_and_type() -> None:
    form = ui.Form(
        ui.Field("Name", value="Ada"),
        ui.Field("Age", type="number", value=36),
        ui.Field("Price", type="number", value="1e3"),
        ui.Field("Born", type="date", value=date(1815, 12, 10)),
        ui.Field("Level", type="range", value=3),
        ui.Field("News", type="checkbox", value=True),
        ui.Field("Size", type="radio", options=["s", "m"]),
        ui.Field("Extras", type="checkbox", options=["one"], value=["one"]),
        ui.Field("Towns", options=["a", "b", "c"], multiple=True, value=["a", "c"]),
        ui.Field("Off", value="x", disabled=True),
        ui.Field("Unnamed", name=None, value="x"),
        ui.Fieldset(ui.Legend(ui.Field("In the legend")), ui.Field("Inside"), disabled=True),
        ui.Input(type="hidden", name="token", value="t"),
        ui.Input(name="phone", value="1"),
        ui.Input(name="phone", value="2"),
        ui.Input(name="phone", value="3"),
        ui.Button("Save", name="action", value="save"),
        ui.Button("Drop", name="action", value="drop"),
    )
    values = await submitted(form, lambda tab: tab.click("Drop"))
    assert values == {
        "name": "Ada", "age": 36, "price": 1000.0, "born": date(1815, 12, 10), "level": 3, "news": True, "size": None,
        "extras": ["one"], "towns": ["a", "c"], "in_the_legend": "", "token": "t", "phone": ["1", "2", "3"],
        "action": "drop",
    }  # fmt: skip


async def test_enter_presses_the_first_button() -> None:
    form = ui.Form(ui.Field("Name"), ui.Button("Save", name="action", value="save"), ui.Button("Drop", name="action"))
    assert await submitted(form, lambda tab: tab.type("Name", "x\n")) == {"name": "x", "action": "save"}


async def test_fields_elsewhere_belong_to_the_form_that_they_name() -> None:
    got: Values = []
    page = ui.WebPage()
    form = ui.Form(ui.Field("Mine", value="1"), on_submit=lambda msg: got.append(msg.values), id="main", a=page)
    other = ui.Form(ui.Field("Theirs", value="2"), on_submit=lambda msg: got.append(msg.values), a=page)
    lent = ui.Field("Lent", value="3", form=form, a=other)
    free = ui.Field("Free", value="4", form=form, a=page)
    event = ui.Event("input", lent.control, page, None)
    assert event.values == {"mine": "1", "lent": "3", "free": "4"}
    assert ui.Event("submit", other, page, None).values == {"theirs": "2"}
    free.control.delete()
    assert ui.Event("submit", form, page, None).values == {"mine": "1", "lent": "3"}


async def test_a_button_that_is_disabled_by_the_first_press_counts_once() -> None:
    got: list[str] = []

    def save(msg: ui.Event) -> None:
        button.disabled = True
        got.append(msg.submitter.text if msg.submitter else "")

    page = ui.WebPage()
    with page, ui.Form(on_submit=save) as form:
        ui.Field("Name")
        button = ui.Button("Save")
    async with Browser(app_of(page)) as person:
        tab = await person.open("/")
        tab.hold()  # what the server says is still on its way
        await tab.click("Save")
        await tab.submit("form")
        tab.release()
        await tab.settled()
        assert got == ["Save"]
        assert form.components[-1] is button


# In Chromium


async def test_a_form_as_people_use_it(serve: Serve, proxied: Proxied, person: People) -> None:
    sent: Values = []

    def save(msg: ui.Event) -> None:
        sent.append(msg.values)
        mail.error = "This address is taken."
        mail.focus()

    page = ui.WebPage(title="Form")
    with page, ui.Main(), ui.Form(on_submit=save, autocomplete="off"):
        ui.Field("Name", required=True, help="As in your passport")
        mail = ui.Field("Mail", type="email")
        ui.Field("Size", type="radio", options=["small", "large"], required=True)
        ui.Field("News", type="checkbox")
        ui.Button("Save", name="action", value="save")
        ui.Button("Drop", name="action", value="drop")
    site = Site(serve, proxied, page)
    ann, bob = await site.open(await person()), await site.open(await person())
    name, size = ann.page.get_by_label("Name"), ann.page.get_by_role("radiogroup", name="Size")
    await expect(ann.page.locator("form")).to_match_aria_snapshot(
        """
        - text: Name
        - textbox "Name"
        - paragraph: As in your passport
        - text: Mail
        - textbox "Mail"
        - text: Size
        - radiogroup "Size":
          - radio "small"
          - text: small
          - radio "large"
          - text: large
        - checkbox "News"
        - text: News
        - button "Save"
        - button "Drop"
        """
    )
    await expect(name).to_have_accessible_description("As in your passport")
    await ann.page.get_by_role("button", name="Save").click()
    await expect(name).to_be_focused()
    await expect(name).to_have_accessible_description(f"As in your passport {REQUIRED}")
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(size).to_have_accessible_description("Please select one of these options.")
    await ann.page.keyboard.type("Ann")
    await expect(name).to_have_accessible_description("As in your passport")
    await ann.page.get_by_label("large").check()
    await expect(size).to_have_accessible_description("")
    await ann.page.get_by_label("Mail").fill("nobody")
    await ann.page.keyboard.press("Enter")
    await expect(ann.page.get_by_label("Mail")).to_be_focused()
    await expect(ann.page.locator(".ui-error", has_text="@")).to_be_visible()
    await ann.page.get_by_label("Mail").fill("ann@example.org")
    await expect(ann.page.locator(".ui-error", has_text="@")).to_have_count(0)
    assert await bob.page.locator(".ui-error").all_text_contents() == [""] * 4
    await ann.page.get_by_role("button", name="Drop").click()
    await expect(ann.page.get_by_label("Mail")).to_have_accessible_description("This address is taken.")
    await expect(ann.page.get_by_label("Mail")).to_be_focused()
    assert sent == [{"name": "Ann", "mail": "ann@example.org", "size": "large", "news": False, "action": "drop"}]
    await comes(lambda: bob.page.get_by_text("This address is taken.").is_visible())

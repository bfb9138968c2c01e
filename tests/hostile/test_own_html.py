"""What somebody else has written, in every place of a user's own HTML, and in what Python relays: in Chromium nothing of it runs."""

import pytest

import justui as ui
from justui.testing import Browser
from tests.browser.live import Site, comes, joined
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

RUN = "hacked.push"
PAGE = """<!doctype html><html><head>{{ justui() }}<link rel="icon" href="data:,">
<script>globalThis.hacked = []; globalThis.ran = []; globalThis.messages = [];</script>
<title>{{ text|safe }}</title></head><body>
<p id="unquoted" title={{ text }}>unquoted</p><p id="quoted" title="{{ text }}" class='{{ text }}'>quoted</p>
<p id="name" {{ text }}>name</p><p id="half" on{{ "click" }}="hacked.push('half')">half</p>
<p id="made" {{ "onclick" }}="hacked.push('made')">made</p><p id="built" onclick="ran.push('{{ text }}')">built</p>
<p id="blocked" onclick="{% if text %}{{ code }}{% endif %}">blocked</p>
<!-- {{ text }} --><!-- {{ text|safe }} --><svg><a href="{{ link }}"><text y="20">svg</text></a></svg>
<a id="link" href="{{ link }}">link</a><textarea>{{ text|safe }}</textarea>
<scr{{ "" }}ipt>hacked.push("split")</scr{{ "" }}ipt><{{ "script" }}>hacked.push("tag")</script>
<!--><button id="late" onclick="ran.push('late')">late</button><!-- -->
<button id="entity" onclick="ran&#46;push(&quot;entity&quot;,
1 &lt; 2)">entity</button>
{{ html|safe }}
<iframe id="frame" srcdoc="{{ html }}"></iframe>
<script type="module">server.topic("chat").subscribe((message) => messages.push(message)).then(() => ran.push("joined"));</script>
</body></html>"""

TEXTS = f"""x onmouseover={RUN}(1) " onmouseover="{RUN}(2)" ' onmouseover='{RUN}(3)' '+{RUN}(4)+' --><img src=x onerror={RUN}(5)>
</title></textarea></noscript><img src=x onerror={RUN}(6)><svg onload={RUN}(7)></svg> </script><script>{RUN}(8)</script>
');{RUN}(9);//&#39;);{RUN}(10);// ]]> \r\n \0"""

HTML = f"""<img src=x onerror="{RUN}('img')"><svg onload="{RUN}('svg')"></svg><svg><script>{RUN}('svgscript')</script></svg>
<script>{RUN}('script')</script><script nonce="">{RUN}('nonce')</script><script src="data:text/javascript,{RUN}('data')"></script>
<iframe srcdoc="<script>parent.{RUN}('srcdoc')</script><img src=x onerror=parent.{RUN}('frame')>"></iframe>
<iframe src="javascript:parent.{RUN}('address')"></iframe><object data="javascript:{RUN}('object')"></object>
<embed src="javascript:{RUN}('embed')"><base href="https://evil.test/"><link rel="stylesheet" href="data:text/css,body{{display:none}}">
<style>body {{ display: none }}</style><math><mtext><img src=x onerror="{RUN}('math')"></mtext></math>
<details open ontoggle="{RUN}('toggle')">x</details><input autofocus onfocus="{RUN}('focus')">
<form action="javascript:{RUN}('form')"><button id="send">send</button></form><video><source onerror="{RUN}('source')"></video>
<noscript><p title="</noscript><img src=x onerror={RUN}('noscript')>"></noscript><template><script>{RUN}('template')</script></template>
<p id="own" onclick="{RUN}('own')">own</p><meta http-equiv="refresh" content="0; url=javascript:{RUN}('meta')">"""

POLLUTING = {
    "__proto__": {"polluted": 1},
    "constructor": {"prototype": {"polluted": 1}},
    "prototype": 1,
    "toString": "mine",
    "$": ["f", 1],
    "deep": [{"$": ["x", 0, "hacked"], "__proto__": {"$": ["o", {"__proto__": {"polluted": 1}}]}}],
}
LOOK = """[JSON.stringify(messages[0]), {}.polluted, [].polluted, Object.getPrototypeOf(messages[0]) === Object.prototype,
  Object.hasOwn(messages[0], "__proto__"), typeof messages[0].$]"""


@pytest.mark.covers("PC-07", "JM-18")
async def test_nothing_that_somebody_else_wrote_runs(serve: Serve, proxied: Proxied, person: People) -> None:
    app = ui.App()
    app.topic("chat", allow=True)
    taken: list[object] = []
    app.expose(taken.append, "take")
    app.route("/")(
        lambda: app.render_text(PAGE, text=TEXTS, html=HTML, link=f"javascript:{RUN}('link')", code=f"{RUN}('code')")
    )
    site = Site(serve, proxied, app)
    tab = await (await person()).open(site.address, allow=".*")
    tab.allow_network_errors()
    page = tab.page
    await joined(tab)
    for name in (
        "unquoted",
        "quoted",
        "name",
        "half",
        "made",
        "built",
        "blocked",
        "link",
        "own",
        "send",
        "late",
        "entity",
    ):
        await page.evaluate(
            """(id) => { const node = document.getElementById(id);
            for (const type of ["mouseover", "focus", "click"]) node.dispatchEvent(new MouseEvent(type, { cancelable: true })); }""",
            name,
        )
    await comes(lambda: page.evaluate("ran.includes('joined')"))
    assert set(await page.evaluate("ran")) == {"joined", "late", "entity", True}
    assert await page.evaluate("document.baseURI") == page.url
    assert await page.evaluate("getComputedStyle(document.body).display") == "block"
    # What another person says arrives as it is, and changes nothing else.
    async with Browser(site.address) as eve:
        other = await eve.open()
        await other.server.topic("chat").publish(POLLUTING)
        await comes(lambda: page.evaluate("messages.length"))
        text, *rest = await page.evaluate(LOOK)
    assert rest == [None, None, True, True, "object"]
    assert '"toString":"mine"' in text
    # And the other way.
    await page.evaluate("""server.take(JSON.parse('{"__proto__": {"polluted": 1}, "__class__": 5, "$": ["f", 1]}'))""")
    assert taken == [{"__proto__": {"polluted": 1}, "__class__": 5, "$": ["f", 1]}]
    assert await page.evaluate("hacked") == []

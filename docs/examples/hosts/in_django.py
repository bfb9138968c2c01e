from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.http import require_POST

import justui as ui

settings.configure(
    SECRET_KEY="change me",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
)

app = ui.App(templates=Path(__file__).with_name("templates"))
app.attach(get_wsgi_application())  # or get_asgi_application()


class Counter:
    count = 0

    def increment(self, msg):
        self.count += 1
        msg.tab.dom.count.text = self.count


app.expose(Counter, "counter", per="session", call=["increment"])


class Stopwatch:
    def __init__(self, page):
        self.page, self.seconds, self.running = page, 0.0, True
        page.on("join", self.begin)
        page.every(0.1)(self.tick)

    def begin(self, msg):
        msg.tab.dom.pause.on("click", self.pause)

    def pause(self):
        self.running = not self.running

    def tick(self):
        self.seconds += 0.1 * self.running
        for tab in self.page.tabs:
            tab.dom.time.text = f"{self.seconds:.1f}"


def home(request):
    name = request.session.get("name", "Nobody")
    return HttpResponse(app.render_html("counter.html", host="Django", name=name, csrf_token=get_token(request)))


@require_POST
def rename(request):
    request.session["name"] = request.POST["name"]
    return HttpResponseRedirect("/")


def stopwatch(request):
    page = app.render("stopwatch.html", host="Django")
    Stopwatch(page)
    return HttpResponse(app.render_html(page))


urlpatterns = [path("", home), path("name", rename), path("stopwatch", stopwatch)]

if __name__ == "__main__":
    app.run()

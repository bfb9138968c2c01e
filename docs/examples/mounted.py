from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from chat import app as chat


def home(request):
    return PlainTextResponse("The chat is at /chat/")


site = Starlette(routes=[Route("/", home), Mount("/chat", chat)])

"""Where the log goes and how much of it, for justui and uvicorn alike; and what no line of it ever shows. Logs nothing itself."""

import logging
import logging.handlers
import re
import sys
from typing import Final

from justui import wire
from justui.errors import ConfigError

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OURS: Final = ("justui", "uvicorn")
_NAME: Final = "justui"
_INNER: Final = re.compile(rf"({re.escape(wire.ADDRESS)}/[a-z]+)/.+")


def begin(level: str = "", file: str = "", *, access: bool = False) -> None:
    """Log to `file`, or to standard error unless the program has set up logging itself. Empty `level`: as the program has it.

    Raises `ConfigError` when the file cannot be written.
    """
    keep_discreet()
    handler = None
    if file or not logging.getLogger(_NAME).hasHandlers():
        handler = _handler(file)
        handler.set_name(_NAME)
        handler.setFormatter(logging.Formatter(_FORMAT))
    for name in _OURS:
        logger = logging.getLogger(name)
        for old in [old for old in logger.handlers if old.get_name() == _NAME]:
            if handler is not None:
                logger.removeHandler(old)
                old.close()
        if handler is not None:
            logger.addHandler(handler)
        if level:
            logger.setLevel(level.upper())
    if access:
        requests = logging.getLogger("uvicorn.access")
        requests.setLevel(logging.INFO)
        requests.propagate = True


def keep_discreet() -> None:
    """Have uvicorn's lines about requests without queries and the unguessable parts of our addresses, and none of its frames."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).addFilter(_DISCREET)


class _Discreet(logging.Filter):
    """Shortens some records, and stops those of single frames and headers: what people type, their cookies and tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the addresses among the values of a record. False: it is not logged."""
        if record.levelno <= logging.DEBUG and str(record.msg).startswith(("< ", "> ", "= ")):
            return False
        if isinstance(record.args, tuple):
            record.args = tuple(shortened(one) if isinstance(one, str) else one for one in record.args)
        return True


_DISCREET: Final = _Discreet()


def shortened(address: str) -> str:
    """An address as the log may have it; any other text as it is."""
    if not address.startswith("/"):
        return address
    path, mark, _ = address.partition("?")
    return _INNER.sub(r"\1/…", path) + ("?…" if mark else "")


def _handler(file: str) -> logging.Handler:
    if file in ("", "stdout"):
        return logging.StreamHandler(sys.stdout if file else sys.stderr)
    try:
        return logging.handlers.WatchedFileHandler(file, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"log_file={file!r} cannot be written: {error.strerror}.") from None

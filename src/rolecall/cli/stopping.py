"""Ctrl-C that is always heard.

Python raises KeyboardInterrupt wherever the program happens to be. Inside `__del__` or the callback of a weak
reference it is only reported, and an engine may turn it into an error of its own; the work would go on.
"""

import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

from rolecall.queries.waiting import is_left_behind

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

# After which a dropped Ctrl-C is sent anew: long enough to leave the place where it was dropped.
_AGAIN_SECONDS = 0.05
_pressed = threading.Event()


def hear_ctrl_c() -> None:
    """Have Ctrl-C heard in this process, unless somebody else listens to it or has turned it off."""
    _pressed.clear()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _press)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _again_when_dropped


def is_stopped() -> bool:
    """Return whether Ctrl-C was pressed, whatever has become of it."""
    return _pressed.is_set()


def stop_if_pressed() -> None:
    """Raise `KeyboardInterrupt` when Ctrl-C was pressed and nobody has heard it."""
    if is_stopped():
        raise KeyboardInterrupt


def end_for_certain(code: object) -> None:
    """End the process at once when an engine is at work that hears nothing; else return."""
    if is_left_behind():
        from rolecall.store.companions import remove_spill  # both are loaded by then
        from rolecall.store.sharing import open_counts

        for store in open_counts():
            remove_spill(store)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _press(number: int, frame: FrameType | None) -> None:
    _pressed.set()
    raise KeyboardInterrupt


def _again_when_dropped(unraisable: "UnraisableHookArgs") -> None:
    if unraisable.exc_type is KeyboardInterrupt:
        timer = threading.Timer(_AGAIN_SECONDS, _send)
        timer.daemon = True
        timer.start()
    else:
        sys.__unraisablehook__(unraisable)


def _send() -> None:
    if sys.platform == "win32":
        import _thread

        _thread.interrupt_main()
    else:  # wakes the main thread up as well, should it sleep
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

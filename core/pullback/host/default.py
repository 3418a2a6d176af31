"""The host of the process, made at first need, and the functions that programs call on it."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import Any

from pullback.errors import PluginError
from pullback.host.host import Host
from pullback.host.settings import load_settings
from pullback.product import set_default

__all__ = ["default_host", "load_plugins", "plugins", "register", "unregister"]

_lock = threading.Lock()
_hosts: list[Host] = []


def default_host(**keywords: Any) -> Host:
    """Return the host of the process; keywords are settings, and only the first call can take them."""
    if not _hosts or keywords:
        with _lock:
            if not _hosts:
                host = Host(settings=load_settings(**keywords))
                set_default(host.settings.indeterminate)
                _hosts.append(host)
            elif any(getattr(_hosts[0].settings, name) != value for name, value in keywords.items()):
                raise PluginError(
                    f"families are in use already; say {', '.join(keywords)} before the first differentiation, or in the environment"
                )
    return _hosts[0]


def load_plugins(*, plugins: str | None = None, strict: bool | None = None) -> None:
    """Load every enabled family now instead of when it is first needed.

    `plugins` and `strict` win over ``PULLBACK_PLUGINS`` and ``PULLBACK_STRICT``. Raises `PluginError` when they come too
    late, after families were in use; with `strict`, what is wrong with a family is raised instead of warned of.
    """
    given = {"plugins": plugins, "strict": strict}
    default_host(**{name: value for name, value in given.items() if value is not None}).load_all()


def register(plugin: Any, name: str | None = None) -> None:
    """Register, for this process, a plugin (a module or an object with hooks), a pair, a value kind, or a list of these.

    All of it is registered or, when an error is raised, nothing: `RuleError` for a malformed pair, `ConflictError` when
    another family answers for the same, `PluginError` for what is no plugin. `name` is what listings call the family.

    >>> import pullback as pb
    >>> double = pb.elementwise(lambda x: x + x, derivative=lambda x, y: 2.0, name="double")
    >>> pb.register(double)
    >>> pb.unregister(double)
    """
    default_host().register(plugin, name)


def unregister(plugin: Any) -> None:
    """Undo `register`. Raises `PluginError` when the plugin is not registered."""
    default_host().unregister(plugin)


def plugins(*plugins: Any) -> AbstractContextManager[None]:
    """Return a context in which plugins are registered, and unregistered at its end; made for tests."""
    return default_host().plugins(*plugins)

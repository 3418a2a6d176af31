"""The host of the process, created when it is first needed, and the public functions that use it."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import Any

from pullback.errors import PluginError
from pullback.host.host import Host
from pullback.host.settings import load_settings
from pullback.strong_zero import set_default

__all__ = ["default_host", "load_plugins", "plugins", "register", "unregister"]

_lock = threading.Lock()
_hosts: list[Host] = []


def default_host(**keywords: Any) -> Host:
    """Return the host of the process. Keywords are settings, which only the first call can change."""
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

    `plugins` and `strict` override ``PULLBACK_PLUGINS`` and ``PULLBACK_STRICT``. Raises `PluginError` if families are already in
    use with other settings. With `strict`, a broken family raises an error instead of a warning.
    """
    keywords = {"plugins": plugins, "strict": strict}
    default_host(**{name: value for name, value in keywords.items() if value is not None}).load_all()


def register(plugin: Any, name: str | None = None) -> None:
    """Register, for this process, a plugin (a module or an object with hooks), a pair, a value kind, or a list of these.

    Either everything is registered or, if an error is raised, nothing. Raises `RuleError` for a malformed pair, `ConflictError` if
    another family provides the same thing, and `PluginError` for an object that is not a plugin. `name` is the family's name in listings.

    >>> import pullback as pb
    >>> double = pb.elementwise(lambda x: x + x, derivative=lambda x, y: 2.0, name="double")
    >>> pb.register(double)
    >>> pb.unregister(double)
    """
    default_host().register(plugin, name)


def unregister(plugin: Any) -> None:
    """Undo `register`. Raises `PluginError` if the plugin is not registered."""
    default_host().unregister(plugin)


def plugins(*plugins: Any) -> AbstractContextManager[None]:
    """Return a context manager that registers plugins and unregisters them at its end. It is intended for tests."""
    return default_host().plugins(*plugins)

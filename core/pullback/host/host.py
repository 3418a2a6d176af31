"""The host: the installed families, those that are loaded, and the tables of what they provide."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from operator import attrgetter
from typing import Any

import pluggy

from pullback.errors import ConflictError, PluginError, PluginWarning, PullbackError, RuleError
from pullback.forwards import KindForward, forward_on_kind
from pullback.host import contents, hookspecs
from pullback.host.claims import Claim, claims
from pullback.host.entrypoints import FoundFamily, FoundIndex, scan
from pullback.host.family import Family
from pullback.host.index import Index, IndexEntry
from pullback.host.indexfile import read
from pullback.host.overloads import bound
from pullback.host.settings import Settings, load_settings
from pullback.kind import ValueKind
from pullback.primitive import Answer
from pullback.tables import KindTable, NameTable, OverloadTable, changes, kinds, names, overloads

__all__ = ["Host"]

USER = "user"
"""The family of the pairs, kinds and forwards that a program registers without a plugin."""


class _Loading(threading.local):
    """The families that this thread is loading. The code that their modules run at import may call the host again."""

    def __init__(self) -> None:
        self.families: list[Family] = []


class Host:
    """Loads families, isolates the broken ones, and fills the tables that dispatch reads.

    Without arguments it is the host of the process: it scans the entry points of the installed distributions and fills
    the tables of the core.
    """

    def __init__(
        self,
        families: list[FoundFamily] | None = None,
        index: list[IndexEntry] | None = None,
        *,
        settings: Settings | None = None,
        tables: tuple[OverloadTable, NameTable, KindTable] = (overloads, names, kinds),
        specifications: Any = hookspecs,
    ):
        self.indexes: list[FoundIndex] = []
        if families is None:
            families, self.indexes = scan()
        self.settings = settings or load_settings()
        self.overloads, self.names, self.kinds = tables
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(specifications)
        self._lock = threading.RLock()
        self.families: list[Family] = []
        self._loading = _Loading()
        for declared in families:
            self._add(declared)
        self.unread: dict[FoundIndex, str] = {}
        """The index files that could not be read, each with the warning for it."""
        self.index = Index(self._entries() if index is None else index)
        self._check_settings()

    # Inspecting families.

    def _add(self, declared: FoundFamily) -> None:
        family = Family(declared.name, "lazy", declared.distribution, declared.version, declared)
        twin = next((other for other in self.families if other.name == declared.name and other.status == "lazy"), None)
        if not self.settings.enables(declared.name, declared.distribution):
            family.status = "disabled"
            family.reason = f"PULLBACK_PLUGINS or plugins is {self.settings.plugins!r}"
        elif twin is not None:
            self._fail(
                family,
                ConflictError(f"the family name {declared.name!r} is taken by {twin.label}; fix: give it another name"),
            )
        self.families.append(family)

    def _entries(self) -> list[IndexEntry]:
        """Return the entries of all index files. A distribution whose file cannot be read is treated as if it had none."""
        entries = []
        for index in self.indexes:
            try:
                entries += read(index)
            except PluginError as error:
                self.unread[index] = f"{index.label} was left out: {error}"
        enabled = {family.distribution for family in self.families if family.status != "disabled"}
        # One warning per distribution, even if it declares several indexes, and none if all its families are disabled.
        for index in {unread.distribution: unread for unread in reversed(self.unread)}.values():
            if index.distribution in enabled:
                warnings.warn(self.unread[index], PluginWarning, stacklevel=2)
        return entries

    def _check_settings(self) -> None:
        present = {family.name for family in self.families}
        for word in sorted(set.union(*self.settings.named) - present):
            import difflib

            close = difflib.get_close_matches(word, present, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(present))}"
            warnings.warn(
                f"the setting plugins names the family {word!r}, which is not installed{hint}",
                PluginWarning,
                stacklevel=2,
            )

    def indexed(self, family: Family) -> list[str]:
        """Return the names of primitives, and of forwards for kinds, that the index lists for a family, loaded or not."""
        return [
            entry.key
            for entry in self.index
            if self._owns(family, entry) and ("." not in entry.key or "[" in entry.key)
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per family, as ``plugins list --json`` prints them. Imports nothing."""
        with self._lock:
            return [family.row(self.indexed(family)) for family in self.families]

    def deprecated_hooks(self, family: Family) -> dict[str, str]:
        """Return the deprecated hooks that a family implements, each with the warning for it."""
        warnings_by_hook = {}
        for caller in self._manager.get_hookcallers(family.plugin) or [] if family.plugin is not None else []:
            if caller.spec is not None and caller.spec.warn_on_impl is not None:
                warnings_by_hook[caller.name] = str(caller.spec.warn_on_impl)
        return warnings_by_hook

    # Finding: the tables call these on a miss.

    def find_overload(self, function: Any) -> bool:
        """Load the families that the index lists for `function`; if none of them overloads it, load all families."""
        with self._lock:
            self._rebuild()
            if function in self.overloads:
                return True
        self._load_indexed(self.index.of_function(function))
        return self._has(self.overloads, function) or (self._load_lazy() and self._has(self.overloads, function))

    def find_name(self, name: str) -> bool:
        """Load the families that the index lists for the primitive `name`; if none of them provides it, load all families."""
        self._load_indexed(self.index.named(name))
        return self._has(self.names, name) or (self._load_lazy() and self._has(self.names, name))

    def find_kind(self, cls: type) -> bool:
        """Load the families that the index lists for values of type `cls` or of its bases; if it lists none, load all families.

        For a built-in type that the index does not list, nothing is loaded: it is not a type of numbers.
        """
        keys = {f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__}
        entries = self.index.named(*keys)
        self._load_indexed(entries)
        if not entries and cls.__module__ != "builtins":
            self._load_lazy()
        return self._has(self.kinds, cls)

    def find_container_kind(self, cls: type) -> bool:
        """Load the families that the index lists for `cls` or its bases, and those of distributions without an index."""
        self._load_indexed(self.index.named(*(f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__)))
        self._load_unindexed()
        return any(self._has(self.kinds, base) and base is not tuple for base in cls.__mro__)

    def find_kind_named(self, name: str) -> bool:
        """Load every enabled family, because the index lists kinds by their types and not by name."""
        return self._load_lazy() and self.kinds.named(name) is not None

    def find_forward(self, pair: Answer, kind: str) -> bool:
        """Load the families that the index lists for the forward of `pair` on values of the kind called `kind`.

        If none of them provides it, load the families of distributions without an index.
        """
        self._load_indexed(self.index.named(forward_on_kind(pair.name, kind)))
        if not self._has(self.kinds.brought, (pair, kind)):
            self._load_unindexed()
        return self._has(self.kinds.brought, (pair, kind))

    def absent(self, target: Any) -> str:
        """Return a description of the disabled or failed families that would provide `target`, a function or a name, or ''."""
        entries = self.index.named(target) if isinstance(target, str) else self.index.of_function(target)
        owners = {(entry.family, entry.distribution) for entry in entries}
        return "; ".join(
            f"the family {family.name!r} of {family.distribution}, which would answer, is {family.status}: {family.reason}"
            for family in self.families
            if family.status in ("disabled", "failed") and (family.name, family.distribution) in owners
        )

    def _has(self, table: Any, key: Any) -> bool:
        """Return whether a table has `key`, while no other thread changes the tables."""
        with self._lock:
            return key in table

    def _owns(self, family: Family, entry: IndexEntry) -> bool:
        return family.found is not None and (family.name, family.distribution) == (entry.family, entry.distribution)

    def _load_indexed(self, entries: list[IndexEntry], among: list[Family] | None = None) -> None:
        owners = {(entry.family, entry.distribution) for entry in entries}
        for family in list(self.families) if among is None else among:
            if family.status == "lazy" and (family.name, family.distribution) in owners:
                self.load(family)

    def _load_unindexed(self) -> None:
        """Load the lazy families of distributions without an index, which may provide anything."""
        lazy = [family for family in self.families if family.status == "lazy"]
        if lazy:
            indexed = {entry.distribution for entry in self.index}
            for family in lazy:
                if family.distribution not in indexed:
                    self.load(family)

    def _load_lazy(self) -> bool:
        lazy = [family for family in self.families if family.status == "lazy" and family not in self._loading.families]
        for family in lazy:
            self.load(family)
        return bool(lazy)

    def load_all(self) -> None:
        """Load every enabled family."""
        self._load_lazy()

    # Loading: one family at a time, all of it or nothing.

    def load(self, family: Family) -> None:
        """Import and register a lazy family. If that fails, mark it and warn once, or raise the error if `strict` is set.

        The import runs without the lock of the host: another thread that imports the module holds the import lock, and may be
        waiting for the lock of the host.
        """
        if family.status != "lazy" or family in self._loading.families:
            return
        self._loading.families.append(family)
        try:
            assert family.found is not None
            try:
                plugin = _import(family.found)
                with self._lock:
                    if family.status == "lazy":
                        self._register(family, plugin)
            except PullbackError as error:
                with self._lock:
                    if family.status == "lazy":
                        self._fail(family, error)
            # Load later families that conflict with this one or override it now, rather than in the middle of a program.
            own_claims = list(claims(family.pairs, family.kinds, family.forwards))
            self._load_rivals(family, own_claims, self.families[self._place(family) :])
        finally:
            self._loading.families.remove(family)

    def _fail(self, family: Family, error: PullbackError) -> None:
        family.status = "failed"
        family.reason = str(error)
        if self.settings.strict:
            if family.label not in str(error):
                error.args = (f"{family.label}: {error}",)
            raise error
        warnings.warn(f"{family.label} was left out: {error}", PluginWarning, stacklevel=2)

    def _register(self, family: Family, plugin: Any) -> None:
        """Register everything that `plugin` provides; if that fails, raise `PullbackError` and change nothing."""
        self._check_api(plugin)
        key = f"{family.distribution}:{family.name}"
        try:
            self._manager.register(plugin, key)
            self._manager.check_pending()
            pairs = self._call(plugin, "pullback_register_primitives")
            kinds = self._call(plugin, "pullback_register_value_kinds")
            forwards = self._call(plugin, "pullback_register_forwards")
            self._check(family, plugin, pairs, kinds, forwards)
            forwards = [KindForward(*forward) for forward in forwards]
            self._check_conflicts(family, pairs, kinds, forwards)
        except PullbackError:
            self._forget(plugin)
            raise
        except Exception as error:
            self._forget(plugin)
            if isinstance(plugin, type) and isinstance(error, (pluggy.PluginValidationError, TypeError)):
                raise PluginError(f"it is a class; fix: register an instance of it, {plugin.__name__}()") from error
            raise PluginError(f"{type(error).__name__}: {error}") from error
        family.plugin, family.status, family.reason = plugin, "active", ""
        family.pairs, family.kinds, family.forwards = pairs, kinds, forwards
        for pair in pairs:
            pair.distribution = family.distribution if family.found is not None else None
        self._rebuild()

    def _forget(self, plugin: Any) -> None:
        if self._manager.is_registered(plugin):
            self._manager.unregister(plugin)

    def _check_api(self, plugin: Any) -> None:
        if plugin is None:
            raise PluginError("it is None, which implements no hook of pullback")
        version = getattr(plugin, "PULLBACK_API", hookspecs.API_VERSION)
        if not isinstance(version, int) or version > hookspecs.API_VERSION:
            raise PluginError(
                f"it was written for version {version!r} of the plugin API, and this pullback has "
                f"{hookspecs.API_VERSION}; fix: upgrade pullback"
            )

    def _call(self, plugin: Any, hook: str) -> Any:
        """Call one hook of one plugin and return its result, or an empty list if there is no such hook."""
        if not hasattr(self._manager.hook, hook):
            return []
        others = [other for other in self._manager.get_plugins() if other is not plugin]
        results = self._manager.subset_hook_caller(hook, others)()
        if not results and any(caller.name == hook for caller in self._manager.get_hookcallers(plugin) or ()):
            return None  # which pluggy leaves out of the results
        return (
            [item for result in results for item in result]
            if all(isinstance(result, (list, tuple)) for result in results)
            else results[0]
        )

    def _check(self, family: Family, plugin: Any, pairs: list[Any], kinds: list[Any], forwards: list[Any]) -> None:
        if not self._manager.get_hookcallers(plugin):
            raise PluginError(
                "it implements no hook of pullback; fix: write @hookimpl def pullback_register_primitives(): ..."
            )
        if not family.is_own:
            _validate(family, pairs, kinds, forwards)

    def _check_conflicts(
        self, family: Family, pairs: list[Answer], kinds: list[ValueKind], forwards: list[KindForward]
    ) -> None:
        """Raise `ConflictError` if two families claim the same thing, unless exactly one of them has ``override=True``."""
        own_claims = list(claims(pairs, kinds, forwards))
        # The earlier of two conflicting families wins, so it must be loaded first.
        self._load_rivals(family, own_claims, self.families[: self._place(family)])
        # The key includes `override`: a family with it and one without may already share a claim, and both must be found.
        taken = {
            (claim.key, claim.override): other
            for other in self._others(family)
            for claim in claims(other.pairs, other.kinds, other.forwards)
        }
        seen = set()
        for claim in own_claims:
            if claim.key in seen:
                raise ConflictError(f"{family.label} answers for {claim} twice; fix: keep one of the two")
            seen.add(claim.key)
            other = taken.get((claim.key, claim.override))
            if other is not None:
                raise ConflictError(
                    f"{family.label} and {other.label} both answer for {claim}; fix: disable one of them "
                    f"(PULLBACK_PLUGINS=-{family.name}), or {claim.alternative}"
                )
        contents.check_kind_names(family, kinds, self._others(family))

    def _place(self, family: Family) -> int:
        """Return the position of `family` in the list. A family that is being registered at run time comes after all others."""
        return self.families.index(family) if family in self.families else len(self.families)

    def _load_rivals(self, family: Family, own_claims: list[Claim], among: list[Family]) -> None:
        """Load those families in `among` for which the index lists any of the claims of `family`."""
        self._load_indexed(self.index.spoken_of(own_claims), [other for other in among if other is not family])

    def _others(self, family: Family) -> list[Family]:
        return [other for other in self.families if other.status == "active" and other is not family]

    def _rebuild(self) -> None:
        """Update the tables from the active families. The tables are never empty meanwhile, because other threads read them."""
        active = [family for family in self.families if family.status == "active"]
        pairs = sorted((pair for family in active for pair in family.pairs), key=attrgetter("override"))
        pair_by_function = {function: pair for pair in pairs for function in bound(pair)}
        with changes:
            contents.replace(self.overloads, pair_by_function)
            contents.replace(self.names, {pair.name: pair for pair in pairs})
            contents.replace(self.kinds, contents.kinds(active))
            contents.replace(self.kinds.brought, contents.brought(active, self.names))
            self.kinds.unused = contents.unused(active, self.names)
            self.kinds.renew()
            facade = sys.modules.get("pullback.math")
            if facade is not None:
                facade.forget()

    # Registering at run time.

    def register(self, plugin: Any, name: str | None = None) -> None:
        """Register a plugin, a pair, a value kind, a forward, or a list of these; raise `PullbackError` if that is not possible."""
        with self._lock:
            if isinstance(plugin, (*_SINGLE, list, tuple)):
                self._register_single([plugin] if isinstance(plugin, _SINGLE) else list(plugin))
                return
            if any(family.status == "active" and family.plugin is plugin for family in self.families):
                raise PluginError(f"{plugin!r} is registered already")
            family = Family(name or str(getattr(plugin, "__name__", type(plugin).__name__)), "lazy", "", "")
            if any(other.name == family.name and other.status != "disabled" for other in self.families):
                family.name = f"{family.name}-{id(plugin):x}"
            self._register(family, plugin)
            self.families.append(family)
            self._rebuild()

    def unregister(self, plugin: Any) -> None:
        """Undo `register`, and restore what the plugin had overridden."""
        with self._lock:
            if isinstance(plugin, (*_SINGLE, list, tuple)):
                self._unregister_single([plugin] if isinstance(plugin, _SINGLE) else list(plugin))
                return
            active = (family for family in self.families if family.status == "active")
            family = next((family for family in active if family.plugin is plugin), None)
            if family is None:
                raise PluginError(f"{plugin!r} is not registered")
            self._forget(plugin)
            self.families.remove(family)
            self._rebuild()

    @contextmanager
    def plugins(self, *plugins: Any) -> Iterator[None]:
        """Register plugins for the enclosed block. The tables belong to the process, so other threads see them too."""
        with ExitStack() as stack:
            for plugin in plugins:
                self.register(plugin)
                stack.callback(self.unregister, plugin)
            yield

    def _user(self) -> Family:
        own = (family for family in self.families if family.distribution == "pullback")
        family = next((family for family in own if family.name == USER), None)
        if family is None or family.status == "disabled":
            raise PluginError(
                f"what is registered by itself goes to the family {USER!r}, which is {family.status if family else 'missing'}; "
                "register a plugin instead"
            )
        self.load(family)
        return family

    def _register_single(self, items: list[Any]) -> None:
        family = self._user()
        pairs, kinds, forwards = _sorted(items)
        _validate(family, pairs, kinds, forwards)
        forwards = [KindForward(*forward) for forward in forwards]
        all_three = family.pairs + pairs, family.kinds + kinds, family.forwards + forwards
        self._check_conflicts(family, *all_three)
        family.plugin.add([*pairs, *kinds, *forwards])
        family.pairs, family.kinds, family.forwards = all_three
        self._rebuild()

    def _unregister_single(self, items: list[Any]) -> None:
        family = self._user()
        registered = [*family.pairs, *family.kinds, *family.forwards]
        removed = []
        for item in items:
            match = next((candidate for candidate in registered if _same(item, candidate)), None)
            if match is None:
                raise PluginError(f"{item!r} is not registered")
            removed.append(match)
        family.plugin.remove(removed)
        family.pairs, family.kinds, family.forwards = _sorted(
            [item for item in registered if not any(item is other for other in removed)]
        )
        self._rebuild()


_SINGLE = (Answer, ValueKind, KindForward)
"""The types of objects that may be registered without a plugin."""


def _sorted(items: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Split the items that a program registers into pairs, value kinds and forwards. Objects of other types count as pairs."""
    kinds = [item for item in items if isinstance(item, ValueKind)]
    forwards = [item for item in items if isinstance(item, tuple)]
    return [item for item in items if not isinstance(item, (ValueKind, tuple))], kinds, forwards


def _same(item: Any, other: Any) -> bool:
    return item is other or (isinstance(item, tuple) and isinstance(other, tuple) and item[:3] == other[:3])


def _validate(family: Family, pairs: list[Any], kinds: list[Any], forwards: list[Any]) -> None:
    """Raise `RuleError` if pairs, value kinds or forwards of a third-party family are malformed."""
    # This imports pydantic, which a program that uses only our own families never needs.
    from pullback.host.validation import check_forwards, check_pairs, check_value_kinds

    faults = check_pairs(pairs) + check_value_kinds(kinds) + check_forwards(forwards)
    if faults:
        raise RuleError("; ".join(f"{family.label}: {fault}" for fault in faults))


def _import(declared: FoundFamily) -> Any:
    try:
        return declared.load()
    except (Exception, SystemExit) as error:
        raise PluginError(f"importing {declared.module} raised {type(error).__name__}: {error}") from error

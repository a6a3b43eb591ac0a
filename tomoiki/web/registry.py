"""The one mechanism by which an upper app tells a lower one something: typed registries.

The app that owns a concept creates the registry; upper apps register their share in the module
``registrations`` of their package, which is imported when all apps are ready.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Generic, TypeVar

from django.apps import apps
from django.utils.module_loading import module_has_submodule

T = TypeVar("T")

AUTODISCOVERED = ("notices", "registrations")


class AlreadyRegistered(Exception):
    """Two apps claimed the same key."""


class Registry(Generic[T]):
    """An ordered collection of items of one type, each under a unique key.

    ``name`` is for messages; ``key`` tells an item's key.
    """

    def __init__(self, name: str, *, key: Callable[[T], str]) -> None:
        self.name = name
        self._key = key
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        """Add ``item`` and return it, so that it may stand as a decorator.

        Raises ``AlreadyRegistered`` when another item has its key.
        """
        key = self._key(item)
        if self._items.get(key, item) is not item:
            raise AlreadyRegistered(f"{self.name}: {key}")
        self._items[key] = item
        return item

    def get(self, key: str) -> T | None:
        """The item under ``key``, or None."""
        return self._items.get(key)

    def keys(self) -> list[str]:
        return list(self._items)

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)


def autodiscover() -> None:
    """Import the modules of all apps in which they register their share. Called once, when apps are ready."""
    for config in apps.get_app_configs():
        for name in AUTODISCOVERED:
            if config.module is not None and module_has_submodule(config.module, name):
                import_module(f"{config.name}.{name}")

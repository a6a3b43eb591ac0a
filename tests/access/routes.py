"""Every address of the portal, as the URL resolver knows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: ``name`` with its namespaces, ``pattern`` as it is written, and the names of its parameters."""

    name: str
    pattern: str
    parameters: frozenset[str]


def all_routes() -> list[Route]:
    """Each named or nameless address once, in the order of the resolver."""
    found: dict[tuple[str, frozenset[str]], Route] = {}
    for route in _walk(get_resolver(), "", ""):
        found.setdefault((route.name, route.parameters), route)
    return list(found.values())


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, [namespace, each.namespace]))
            yield from _walk(each, inner, pattern)
        elif isinstance(each, URLPattern):
            name = ":".join(filter(None, [namespace, each.name or pattern]))
            yield Route(name, pattern, frozenset(each.pattern.converters) | _groups(each))


def _groups(each: URLPattern) -> frozenset[str]:
    regex = getattr(each.pattern, "regex", None)
    return frozenset(regex.groupindex) if regex is not None else frozenset()

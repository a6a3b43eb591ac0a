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
    for route in _walk(get_resolver(), "", "", frozenset()):
        found.setdefault((route.name, route.parameters), route)
    return list(found.values())


def _walk(resolver: URLResolver, namespace: str, prefix: str, outer: frozenset[str]) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = f"{prefix}{each.pattern}"
        parameters = outer | _parameters(each)
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, [namespace, each.namespace]))
            yield from _walk(each, inner, pattern, parameters)
        elif isinstance(each, URLPattern):
            name = ":".join(filter(None, [namespace, each.name or pattern]))
            yield Route(name, pattern, parameters)


def _parameters(each: URLPattern | URLResolver) -> frozenset[str]:
    regex = getattr(each.pattern, "regex", None)
    return frozenset(each.pattern.converters) | (frozenset(regex.groupindex) if regex is not None else frozenset())

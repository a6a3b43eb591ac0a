"""Every address × everybody who may come: the table is held against the URL resolver, so that none is forgotten.

The columns are: a visitor, a member of another organisation, a member of the organisation the thing belongs to, and
staff. ``login`` means: sent to the login page. ``POST`` rows are sent with nothing filled in; ``form`` means that
the form came back or said what is missing, so the person was let in.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.access.routes import all_routes
from tests.access.table import ADMIN, LOGIN, OWN_PAGES, ROUTES, Row
from tests.access.world import World

VISITORS = ("anonymous", "outsider", "member", "staff")


@pytest.fixture
def world(db: None) -> World:
    return World.build()


def client_of(world: World, visitor: str) -> Client:
    client = Client(raise_request_exception=True)
    if visitor != "anonymous":
        client.force_login(world[visitor], backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(response: Any) -> str:
    """What the visitor met: a status, or ``login``."""
    if response.status_code == 302 and response.headers["Location"].startswith((LOGIN, "/admin/login/")):
        return "login"
    return str(response.status_code)


def arguments(world: World, row: Row) -> dict[str, Any]:
    return {
        name: _argument(world, value) if isinstance(value, str) and value.startswith("@") else value
        for name, value in row.arguments.items()
    }


def _argument(world: World, value: str) -> Any:
    """An object's number, or a text that stands in an address as it is."""
    found = world[value[1:]]
    return found if isinstance(found, str) else found.pk


def test_no_route_is_missing_from_the_table() -> None:
    known = {(row.name, frozenset(row.arguments)) for row in [*ROUTES, *OWN_PAGES]}
    missing = [
        f"{route.name} {sorted(route.parameters)}"
        for route in all_routes()
        if not route.name.startswith("admin:") and (route.name, route.parameters) not in known
    ]
    assert missing == []


def test_no_row_of_the_table_is_out_of_date() -> None:
    routes = {(route.name, route.parameters) for route in all_routes()}
    assert [row.name for row in [*ROUTES, *OWN_PAGES] if (row.name, frozenset(row.arguments)) not in routes] == []


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row.method} {row.label}")
def test_each_visitor_meets_what_the_table_says_and_a_get_changes_nothing(world: World, row: Row) -> None:
    address = reverse(row.name, kwargs=arguments(world, row))
    met, written = {}, Written()
    for visitor in VISITORS:
        client = client_of(world, visitor)
        with connection.execute_wrapper(written):
            response = client.get(address) if row.method == "GET" else client.post(address, {})
        met[visitor] = told(response)
    assert met == dict(zip(VISITORS, row.expected, strict=True))
    if row.method == "GET":
        assert written.statements == []


class Written:
    """Collects statements that change a table other than that of sessions."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            self.statements.append(sql)
        return execute(sql, params, many, context)


def admin_routes() -> list[tuple[str, frozenset[str]]]:
    return sorted(
        ((route.name, route.parameters) for route in all_routes() if route.name.startswith("admin:")),
        key=lambda each: each[0],
    )


def test_the_admin_is_not_there_for_anybody_but_staff(world: World) -> None:
    clients = {visitor: client_of(world, visitor) for visitor in VISITORS}
    met = {}
    for name, parameters in admin_routes():
        # Entrances have rules of their own, tested below; old addresses only lead on to another one of the admin.
        if name in ADMIN or "admin/" in name:
            continue
        address = reverse(name, kwargs=dict.fromkeys(parameters, 1) | _named(parameters))
        for method in ("get", "post"):
            answers = [told(getattr(clients[visitor], method)(address)) for visitor in VISITORS[:3]]
            if answers != ["login", "404", "404"]:
                met[f"{method} {name}"] = answers
    assert met == {}


def _named(parameters: frozenset[str]) -> dict[str, Any]:
    return (
        {"name": "approve"} if "name" in parameters else {"app_label": "members"} if "app_label" in parameters else {}
    )


@pytest.mark.parametrize(("name", "expected"), ADMIN.items())
def test_the_admin_entrances_lead_where_they_should(world: World, name: str, expected: tuple[str, ...]) -> None:
    met = [told(client_of(world, visitor).get(reverse(name))) for visitor in VISITORS]
    assert tuple(met) == expected

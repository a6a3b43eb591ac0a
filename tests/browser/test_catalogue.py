"""Each page of the catalogue is opened on a phone, on a desk and without scripts; no address is forgotten."""

import pytest
from django.contrib import admin

from tests.access.routes import all_routes
from tests.browser.catalogue import ADMIN_BUTTONS, ADMIN_MODELS, CATALOGUE, NO_PAGES, Entry, Key
from tests.browser.portal import Portal
from tests.browser.windows import SIZES, Windows, axe_violations, picture_of
from tomoiki.workflow.admin import TransitionAdmin

pytestmark = pytest.mark.browser

WAYS = {"phone": ("phone", True), "desk": ("desk", True), "plain": ("phone", False)}
LOOK = """() => ({
    title: document.title.trim(),
    headings: [...document.querySelectorAll('h1')].map(each => each.textContent.trim()),
    width: document.documentElement.scrollWidth,
})"""


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.label)
@pytest.mark.parametrize("way", WAYS)
def test_page(windows: Windows, portal: Portal, entry: Entry, way: str) -> None:
    size, scripts = WAYS[way]
    window = windows.of(entry.who, size, scripts=scripts)
    page = window.page
    window.told()
    response = page.goto(entry.address(portal.ids), wait_until="load")
    assert response is not None
    troubles = []
    if response.status != entry.status:
        troubles.append(f"answers {response.status}, not {entry.status}")
    if response.request.redirected_from is not None and entry.route not in LEADS_ON:
        troubles.append(f"leads on to {page.url}")
    seen = page.evaluate(LOOK)
    if not seen["title"]:
        troubles.append("has no title")
    if len(seen["headings"]) != 1 or not seen["headings"][0]:
        troubles.append(f"has not one heading: {seen['headings']}")
    if seen["width"] > SIZES[size]["width"]:
        troubles.append(f"scrolls sideways: {seen['width']} px wide")
    if scripts:
        troubles += axe_violations(page)
    troubles += [each for each in window.told() if not _is_the_status(each, entry)]
    if troubles:
        picture = picture_of(page, f"{entry.label}-{way}")
        pytest.fail("\n".join([f"{page.url} ({way}), see {picture}:", *troubles]), pytrace=False)


#: The key of a link leaves the address before the form is shown.
LEADS_ON = {"account_reset_password_from_key"}


def _is_the_status(trouble: str, entry: Entry) -> bool:
    """Chromium notes in the console that a page answered as it should."""
    return entry.status != 200 and f"the server responded with a status of {entry.status}" in trouble


def test_no_address_is_forgotten() -> None:
    known = {entry.key for entry in CATALOGUE}
    missing = [
        f"{route.name} {sorted(route.parameters)}"
        for route in all_routes()
        if (route.name, route.parameters) not in known
        and route.name not in NO_PAGES
        and not _is_an_old_address_of_the_admin(route.name)
        and (route.name, route.parameters) not in closed_to_the_office()
    ]
    assert missing == []


def test_no_entry_is_out_of_date() -> None:
    routes = {(route.name, route.parameters) for route in all_routes()}
    assert [entry.label for entry in CATALOGUE if entry.key not in routes] == []
    assert set(NO_PAGES) <= {name for name, _ in routes}


def test_no_two_entries_are_the_same() -> None:
    labels = [entry.label for entry in CATALOGUE]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


def _is_an_old_address_of_the_admin(name: str) -> bool:
    """Django's own redirect to an object's change page, which has no name."""
    return name.startswith("admin:admin/") and name.endswith("/<path:object_id>/")


def closed_to_the_office() -> dict[Key, str]:
    """Pages of the admin that nobody of the office may open: rows come from transitions, and none is deleted."""
    return {
        (f"admin:{model}_{kind}", frozenset({"object_id"} if kind == "delete" else ())): pick
        for model, (pick, kinds) in ADMIN_MODELS.items()
        for kind in ("add", "delete")
        if kind not in kinds.split()
    }


def test_what_is_closed_to_the_office_answers_403(windows: Windows, portal: Portal) -> None:
    window = windows.of("jimukyoku")
    opened = {}
    for (route, parameters), pick in closed_to_the_office().items():
        entry = Entry(route, arguments=dict.fromkeys(parameters, f"@{pick}"))
        response = window.page.request.get(entry.address(portal.ids))
        if response.status != 403:
            opened[route] = response.status
    window.told()
    assert opened == {}


def test_no_button_of_the_admin_that_asks_is_forgotten() -> None:
    asking = {
        f"{model._meta.app_label}_{model._meta.model_name}": {
            button.name for button in each.buttons if button.form or button.confirm
        }
        for model, each in admin.site._registry.items()
        if isinstance(each, TransitionAdmin)
    }
    assert {model: set(buttons) for model, buttons in ADMIN_BUTTONS.items()} == {
        model: names for model, names in asking.items() if names
    }


def test_the_checks_see_what_is_wrong(windows: Windows) -> None:
    """A page that breaks every rule of ours, built inside one that breaks none."""
    window = Windows(windows.browser, windows.portal).of(size="phone")
    page = window.page
    page.goto("/about/")
    assert (axe_violations(page), window.told()) == ([], [])
    page.evaluate(
        """() => {
            const main = document.querySelector('main');
            main.append(document.createElement('img'));
            main.append(Object.assign(document.createElement('script'), {textContent: 'document.title = ""'}));
            main.append(Object.assign(document.createElement('img'), {src: 'http://elsewhere.example/', alt: 'x'}));
            const wide = Object.assign(document.createElement('div'), {textContent: '.', id: 'wide'});
            wide.style.width = '2000px';
            main.append(wide);
            setTimeout(() => { throw new Error('a script fell'); });
        }"""
    )
    page.wait_for_timeout(100)
    assert [each.partition(":")[0] for each in axe_violations(page)] == ["image-alt"]
    told = " ".join(window.told())
    assert "Executing inline script violates" in told
    assert "elsewhere.example" in told
    assert "a script fell" in told
    assert page.evaluate(LOOK)["width"] > SIZES["phone"]["width"]
    page.context.close()

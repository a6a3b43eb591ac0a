from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """A situation that several of the demo's organisations may be in, each under one of its ``titles``.

    ``kinds`` are the stakeholder types that may write it; ``hours`` are whole hours in Japan time;
    ``when`` is a note in words; ``by`` names the one organisation that it fits, if there is one.
    """

    resource: str
    titles: tuple[str, ...]
    body: str
    themes: tuple[str, ...]
    kinds: tuple[str, ...]
    quantity: int | None = None
    unit: str = ""
    quantity_note: str = ""
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, int] | None = None
    when: str = ""
    online: bool = False
    anywhere: bool = False
    by: str = ""

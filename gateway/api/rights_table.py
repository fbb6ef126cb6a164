"""The tables of `docs/security.md`: who may do what, made of the table of rights and of that of routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gateway.api.call import Route
from inbox.people.access import RIGHTS, Action, Role, roles_of


def rights_tables(routes: Sequence[Route]) -> str:
    """Return both tables in Markdown."""
    return "\n".join([*_actions(), "", *_calls(routes)])


def _actions() -> list[str]:
    head = ["action", *(role.value for role in Role), "an API key needs"]
    return [_row(head), _row(["---"] * len(head)), *(_row([RIGHTS[one].says, *_marks(one)]) for one in Action)]


def _calls(routes: Iterable[Route]) -> list[str]:
    """Return a row for each subject: which of the actions its calls ask for."""
    asked: dict[str, set[Action | None]] = defaultdict(set)
    for route in routes:
        asked[route.tag].add(route.action)
    columns = [action for action in (None, *Action) if any(action in actions for actions in asked.values())]
    names = ["without a token" if action is None else RIGHTS[action].says for action in columns]
    rows = [[tag, *("yes" if one in actions else "" for one in columns)] for tag, actions in asked.items()]
    return [_row(["calls about", *names]), _row(["---"] * (len(columns) + 1)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _marks(action: Action) -> list[str]:
    right = RIGHTS[action]
    marks = ["yes" if role in roles_of(action) else "" for role in Role]
    return [*marks, "people only" if right.scope is None else f"`{right.scope.value}`"]

"""Making a workspace from the command line: what is refused says which option is wrong."""

from __future__ import annotations

import pytest

from gateway.commands.new_workspace import NotCreatedError, create_with_owner
from inbox.foundation.settings import Settings


@pytest.mark.parametrize(
    ("email", "owner_name", "option"),
    [("nope", "nope", "--email"), ("@x.example", "@x.example", "--email"), ("a@b.example", "x" * 201, "--owner-name")],
)
async def test_a_refusal_names_the_option_that_is_wrong(email: str, owner_name: str, option: str) -> None:
    with pytest.raises(NotCreatedError, match=r"^--") as refused:
        await create_with_owner(Settings(), name="Shop", email=email, owner_name=owner_name)
    assert str(refused.value).split(":")[0] == option
    assert str(refused.value).count("--") == 1

"""Replace `GATEWAY_SECRET_KEY` from the command line."""

from __future__ import annotations

from inbox.foundation.settings import Settings
from inbox.storage.installation import Seals, seal_anew
from inbox.storage.runtime import open_runtime

NEXT = (
    "All servers and workers have to run with the new key and the earlier one beside it by now. "
    "Take GATEWAY_PREVIOUS_SECRET_KEYS away a day later: links to files (an hour) and repeated requests (a day) "
    "need it until then. Visitors of the web chat who have not been back by then begin anew."
)


async def rotate_key(settings: Settings) -> str:
    """Seal with the newest key whatever has an earlier one; return the text that says what was done.

    Raises:
        SettingsInvalidError: none of the keys is the database's.
        DatabaseUnavailableError: it does not answer.
    """
    async with open_runtime(settings) as runtime:
        return told(await seal_anew(runtime.database, runtime.secret_box))


def told(seals: Seals) -> str:
    """Say what was done and what is left to do."""
    lines = [f"secrets sealed with the new key: {seals.earlier}"]
    if seals.unreadable:
        lines.append(
            f"secrets that no key opens: {', '.join(seals.unreadable)}; "
            "run this again with their key, or enter credentials of channels anew, make webhooks anew, "
            "take second factors away, enter mail servers' passwords and providers of sign-ins anew"
        )
    return "\n".join([*lines, "opt-outs: still hold, their key is one of its own", NEXT])

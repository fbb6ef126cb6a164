"""The second factor: codes of an app on one's phone (TOTP), and recovery codes for when the phone is lost.

Source: RFC 6238 (TOTP) with what apps understand: SHA-1, six digits, 30 seconds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeGuard

import msgspec
import pyotp
from msgspec import Meta

from inbox.foundation.decoding import field_problem
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.patterns import END
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.secret_box import SecretBox
from inbox.people.passwords import Password, verify_password
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, Fields, OperatorDocument, SecondFactorDocument

STEP_SECONDS: Final = 30
STEPS_AROUND: Final = (0, -1, 1)
"""A phone's clock may be half a minute off. Source: RFC 6238, 5.2 and 6."""
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 5
"""40 bits: with twenty tries in a quarter of an hour, guessing one takes longer than anybody lives."""
ENROLL_WITHIN: Final = timedelta(minutes=15)
MAX_WRONG: Final = 20
"""In a row, from whatever address: who comes so far knows the password."""
LOCKED_FOR: Final = timedelta(minutes=15)
QUERY_MS: Final = 2_000

_TAKEN_AWAY: Final = {"$unset": {"second_factor": 1, "second_factor_secret": 1}}

Code = Annotated[
    str,
    Meta(max_length=20, pattern=rf"^[0-9A-Za-z -]+{END}", description="Six digits of the app, or a recovery code."),
]


class EnrollRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password: who finds an open inbox must not lock its owner out."""

    password: Password


class Enrollment(msgspec.Struct, frozen=True, kw_only=True):
    """What the app is given, as a text to type in or as the address in a QR code; good for 15 minutes."""

    secret: str
    uri: Annotated[str, Meta(examples=["otpauth://totp/Shop:ann%40example.com?secret=…&issuer=Shop"])]


class CodeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code that the app shows."""

    code: Code


class TurnOffRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password, and a code."""

    password: Password
    code: Code


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Each signs in once in the place of the app's code. They are shown this once."""

    recovery_codes: tuple[str, ...]


class SecondFactorState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one has a second factor, since when, and how many recovery codes are left."""

    enabled: bool
    since: datetime | None = None
    recovery_codes_left: int = 0


class PersonSecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody has a second factor.

    `has_company_login` says that they may sign in through a provider of OpenID Connect, which asks for what it likes.
    """

    operator_id: str
    name: str
    email: str
    enabled: bool
    since: datetime | None
    has_company_login: bool


class PersonSecondFactorPage(Page[PersonSecondFactor], frozen=True, kw_only=True):
    """A part of the list of people with their second factors."""


class SecondFactors:
    """The second factors of all operators."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    async def state(self, workspace_id: str, operator_id: str) -> SecondFactorState:
        """Tell of an operator's second factor."""
        factor = (await self._operator(workspace_id, operator_id)).get("second_factor")
        if not is_enabled(factor):
            return SecondFactorState(enabled=False)
        return SecondFactorState(enabled=True, since=factor["since"], recovery_codes_left=len(factor["recovery"]))

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[PersonSecondFactor]:
        """List those who are active, by e-mail address."""
        after = decode_cursor(cursor, str) or ""
        active: Condition = {"workspace_id": workspace_id, "email": {"$gt": after}, "active": True}
        fields = {"name": 1, "email": 1, "second_factor.since": 1, "openid": 1}
        found = self._database.operators.find(active, fields, max_time_ms=QUERY_MS)
        people = await found.sort("email", 1).limit(limit + 1).to_list(None)
        return cut_page([_person(one) for one in people], limit, lambda person: person.email)

    async def enroll(
        self, workspace_id: str, operator_id: str, password: str, *, issuer: str, now: datetime
    ) -> Enrollment:
        """Begin: make a secret for the app. Nothing changes for signing in until a code confirms it.

        Raises:
            ProblemError: `invalid_request` for a wrong password, `conflict` where there is a second factor.
        """
        operator = await self._checked(workspace_id, operator_id, password)
        if is_enabled(operator.get("second_factor")):
            raise ProblemError("conflict", "There is a second factor already: turn it off first.")
        secret = pyotp.random_base32()
        begun: SecondFactorDocument = {
            "since": None,
            "begun_at": now,
            "used_step": 0,
            "recovery": [],
            "wrong": 0,
            "wrong_at": None,
        }
        sealed = self._box.seal({"secret": secret})
        await self._set(operator, {"$set": {"second_factor": begun, "second_factor_secret": sealed}})
        uri = pyotp.TOTP(secret).provisioning_uri(name=operator["email"], issuer_name=issuer)
        return Enrollment(secret=secret, uri=uri)

    async def confirm(self, workspace_id: str, operator_id: str, code: str, *, now: datetime) -> RecoveryCodes:
        """Turn it on by the first code.

        Raises:
            ProblemError: `conflict` where nothing was begun in time, `invalid_request` for a wrong code.
        """
        operator = await self._operator(workspace_id, operator_id)
        factor = operator.get("second_factor")
        if factor is None or is_enabled(factor) or now - factor["begun_at"] > ENROLL_WITHIN:
            raise ProblemError("conflict", "Begin again: nothing waits for a code, or it was too long ago.")
        step = self._step_of(operator, code, now)
        if step is None:
            raise field_problem("/code", "is not the code that the app shows now")
        codes = new_recovery_codes()
        confirmed = {
            "second_factor.since": now,
            "second_factor.used_step": step,
            "second_factor.recovery": [hash_of(one) for one in codes],
        }
        same: Condition = {"second_factor.begun_at": factor["begun_at"], "second_factor.since": None}
        if not await self._set(operator, {"$set": confirmed}, same):
            raise ProblemError("conflict", "Somebody else began again at this moment.")
        return RecoveryCodes(recovery_codes=codes)

    async def renew_codes(self, workspace_id: str, operator_id: str, code: str, *, now: datetime) -> RecoveryCodes:
        """Make new recovery codes in the place of all earlier ones. Raises `ProblemError` as `check`, or `conflict`."""
        operator = await self._operator(workspace_id, operator_id)
        if not is_enabled(operator.get("second_factor")):
            raise ProblemError("conflict", "There is no second factor.")
        await self.check(operator, code, now=now)
        codes = new_recovery_codes()
        await self._set(operator, {"$set": {"second_factor.recovery": [hash_of(one) for one in codes]}})
        return RecoveryCodes(recovery_codes=codes)

    async def turn_off(self, workspace_id: str, operator_id: str, asked: TurnOffRequest, *, now: datetime) -> None:
        """Turn it off. Raises `ProblemError` (`invalid_request`, `unauthenticated`, `conflict`)."""
        operator = await self._checked(workspace_id, operator_id, asked.password)
        if not is_enabled(operator.get("second_factor")):
            raise ProblemError("conflict", "There is no second factor.")
        if await self._is_required(workspace_id):
            raise ProblemError("conflict", "This workspace demands a second factor: an administrator may change that.")
        await self.check(operator, asked.code, now=now)
        await self._set(operator, _TAKEN_AWAY)

    async def remove(self, workspace_id: str, operator_id: str, *, session: Session) -> None:
        """Take somebody's second factor away: their phone and their recovery codes are lost."""
        own: Condition = {"_id": operator_id, "workspace_id": workspace_id}
        await self._database.operators.update_one(own, _TAKEN_AWAY, session=session)

    async def check(self, operator: OperatorDocument, code: str | None, *, now: datetime) -> None:
        """Check the code of a sign-in whose password is right; who has no second factor needs none.

        Each code is good once, however many come at the same moment.

        Raises:
            ProblemError: `second_factor_needed` without a code, `unauthenticated` for a wrong or used one,
                `too_many_requests` after twenty in a row.
        """
        factor = operator.get("second_factor")
        if not is_enabled(factor):
            return
        if code is None:
            raise ProblemError("second_factor_needed", "Type in the code that the app on your phone shows.")
        _check_lock(factor, now)
        if not await self._use(operator, code, now):
            wrong: Mapping[str, Fields] = {"$inc": {"second_factor.wrong": 1}, "$set": {"second_factor.wrong_at": now}}
            await self._set(operator, wrong)
            raise ProblemError("unauthenticated", "The code is wrong, or was used already. Wait for the next one.")

    async def _is_required(self, workspace_id: str) -> bool:
        demanding: Condition = {"_id": workspace_id, "settings.second_factor_required": True}
        return await self._database.workspaces.find_one(demanding, {"_id": 1}) is not None

    async def _use(self, operator: OperatorDocument, code: str, now: datetime) -> bool:
        """Use a code up; False if it is wrong, or somebody was faster."""
        right: Fields = {"second_factor.wrong": 0}
        step = self._step_of(operator, code, now)
        if step is not None:
            older: Condition = {"second_factor.used_step": {"$lt": step}}
            return await self._set(operator, {"$set": {**right, "second_factor.used_step": step}}, older)
        hashed = hash_of(code)
        there: Condition = {"second_factor.recovery": hashed}
        return await self._set(operator, {"$set": right, "$pull": {"second_factor.recovery": hashed}}, there)

    def _step_of(self, operator: OperatorDocument, code: str, now: datetime) -> int | None:
        """Return the number of the half minute whose code this is; None if it is of none that is near."""
        secret = self._box.open(operator["second_factor_secret"])["secret"]
        totp, typed = pyotp.TOTP(secret), _letters(code)
        step = int(now.timestamp()) // STEP_SECONDS
        for around in STEPS_AROUND:
            if hmac.compare_digest(totp.at(int(now.timestamp()), counter_offset=around), typed):
                return step + around
        return None

    async def _checked(self, workspace_id: str, operator_id: str, password: str) -> OperatorDocument:
        operator = await self._operator(workspace_id, operator_id)
        if not await verify_password(operator["password_hash"], password, whose=operator_id):
            raise field_problem("/password", "is not the present password")
        return operator

    async def _operator(self, workspace_id: str, operator_id: str) -> OperatorDocument:
        found = await self._database.operators.find_one({"_id": operator_id, "workspace_id": workspace_id})
        if found is None:
            raise not_found("operator")
        return found

    async def _set(
        self, operator: OperatorDocument, update: Mapping[str, Fields], only: Condition | None = None
    ) -> bool:
        own: Condition = {"_id": operator["_id"], "workspace_id": operator["workspace_id"], **(only or {})}
        return (await self._database.operators.update_one(own, update)).matched_count > 0


def _person(operator: OperatorDocument) -> PersonSecondFactor:
    factor = operator.get("second_factor")
    return PersonSecondFactor(
        operator_id=operator["_id"],
        name=operator["name"],
        email=operator["email"],
        enabled=factor is not None and factor["since"] is not None,
        since=None if factor is None else factor["since"],
        has_company_login=bool(operator.get("openid")),
    )


def is_enabled(factor: SecondFactorDocument | None) -> TypeGuard[SecondFactorDocument]:
    """Tell whether a second factor was confirmed."""
    return factor is not None and factor["since"] is not None


def new_recovery_codes() -> tuple[str, ...]:
    """Make recovery codes, in two groups of letters that are easy to copy by hand."""
    raw = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return tuple(f"{code[:4]}-{code[4:]}" for code in raw)


def hash_of(code: str) -> str:
    """Return what is kept of a recovery code: it is random, so a plain hash tells nothing."""
    return hashlib.sha256(_letters(code).encode()).hexdigest()


def _letters(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())


def _check_lock(factor: SecondFactorDocument, now: datetime) -> None:
    wrong_at = factor["wrong_at"]
    if factor["wrong"] < MAX_WRONG or wrong_at is None or now - wrong_at >= LOCKED_FOR:
        return
    wait = int((wrong_at + LOCKED_FOR - now).total_seconds()) + 1
    raise ProblemError(
        "too_many_requests",
        f"Too many wrong codes. Try again in {-(-wait // 60)} minutes, and change your password: somebody knows it.",
        extra={"retry_after_seconds": wait},
    )

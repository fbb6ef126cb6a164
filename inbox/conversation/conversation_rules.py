"""Who may do what with a conversation. Pure."""

from __future__ import annotations

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.people.access import Action, Caller, CallerKind, check_may
from inbox.people.sight import holding_bot
from inbox.storage.documents import ConversationDocument


class ConversationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules look at."""

    open: bool
    operator_id: str | None
    bot_id: str | None = None

    @classmethod
    def of(cls, conversation: ConversationDocument) -> ConversationFacts:
        """Take the facts out of a stored conversation."""
        operator_id, bot_id = conversation["operator_id"], holding_bot(conversation)
        return cls(open=conversation["open"], operator_id=operator_id, bot_id=bot_id)


def check_open(facts: ConversationFacts) -> None:
    """Refuse what can't be done to a closed conversation. Raises `ProblemError` (`conversation_closed`)."""
    if not facts.open:
        raise ProblemError(
            "conversation_closed", "This conversation is closed. It opens anew when the customer writes again."
        )


def check_assign(facts: ConversationFacts, caller: Caller, operator_id: str, *, take_over: bool) -> None:
    """Check an assignment (domain 2.5, 4.1): what has an operator can only be taken over, by supervisors and above.

    Raises:
        ProblemError: `conversation_closed`, `already_assigned`, `forbidden`.
    """
    check_open(facts)
    if facts.operator_id is None or facts.operator_id == operator_id:
        return
    if not take_over:
        raise ProblemError("already_assigned", "Another operator has this conversation. Supervisors may take it over.")
    check_may(caller, Action.TAKE_OVER)


def check_priority(facts: ConversationFacts, caller: Caller) -> None:
    """Check who says who comes first: supervisors and above, and programs.

    Raises:
        ProblemError: `conversation_closed`, `forbidden`.
    """
    check_open(facts)
    check_may(caller, Action.SET_PRIORITY)


def check_write(facts: ConversationFacts, caller: Caller) -> None:
    """Check who writes (domain 2.5): the one to whom it is assigned; programs where nobody is; bots what they hold.

    Raises:
        ProblemError: `conversation_closed`, `not_assigned`.
    """
    check_open(facts)
    if facts.operator_id == caller.id:
        return
    if caller.kind is CallerKind.API_KEY and facts.operator_id is None:
        return
    if caller.kind is CallerKind.BOT and facts.bot_id == caller.id:
        return
    raise ProblemError(
        "not_assigned", "Only the operator to whom the conversation is assigned writes in it: assign it first."
    )


def _check_in_charge(facts: ConversationFacts, caller: Caller, refusal: str) -> None:
    """Check that a conversation is open, and the caller's, nobody's, or within a supervisor's reach."""
    check_open(facts)
    if facts.operator_id in (None, caller.id) or caller.may(Action.WORK_FOR_OTHERS):
        return
    raise ProblemError("not_assigned", refusal)


def check_close(facts: ConversationFacts, caller: Caller) -> None:
    """Check who closes: the one to whom it is assigned, anyone who sees it while nobody has it, supervisors and above.

    Raises:
        ProblemError: `conversation_closed`, `not_assigned`.
    """
    _check_in_charge(
        facts, caller, "Only the operator to whom the conversation is assigned, or a supervisor, closes it."
    )


def check_note(facts: ConversationFacts, caller: Caller) -> None:
    """Check who writes a note (domain 4.4): only the operator to whom the conversation is assigned.

    Raises:
        ProblemError: `conversation_closed`, `not_assigned`.
    """
    check_open(facts)
    if facts.operator_id != caller.id:
        raise ProblemError(
            "not_assigned", "Only the operator to whom the conversation is assigned writes a note on it."
        )


def check_classify(facts: ConversationFacts, caller: Caller) -> None:
    """Check who sets tags and topics: the same people who may close.

    Raises:
        ProblemError: `conversation_closed`, `not_assigned`.
    """
    _check_in_charge(facts, caller, "Only the operator to whom the conversation is assigned, or a supervisor, tags it.")


def check_snooze(facts: ConversationFacts, caller: Caller) -> None:
    """Check who sets a conversation aside: the same people who may close.

    Raises:
        ProblemError: `conversation_closed`, `not_assigned`.
    """
    _check_in_charge(
        facts, caller, "Only the operator to whom the conversation is assigned, or a supervisor, sets it aside."
    )


def check_hand_on(facts: ConversationFacts, caller: Caller) -> None:
    """Check who transfers: the same people who may close.

    Raises:
        ProblemError: `conversation_closed`, `not_assigned`.
    """
    _check_in_charge(
        facts, caller, "Only the operator to whom the conversation is assigned, or a supervisor, transfers it."
    )

"""Methods that need what this Telegram does not have: rights in a group, business accounts, stickers, stories, stars.

Each is refused as Telegram refuses a bot without these, so that a client meets its own error and no missing page.

Source: core.telegram.org/bots/api#available-methods; the descriptions as the public server answers them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import chat_of
from channels.sandbox.telegram.errors import bad_request

NOT_AN_ADMINISTRATOR: Final = "not enough rights"

_ADMINISTRATORS: Final = """
approveChatJoinRequest banChatMember banChatSenderChat closeForumTopic closeGeneralForumTopic createChatInviteLink
createChatSubscriptionInviteLink declineChatJoinRequest deleteAllMessageReactions deleteChatPhoto deleteChatStickerSet
deleteForumTopic deleteMessageReaction editChatInviteLink editChatSubscriptionInviteLink editForumTopic
editGeneralForumTopic exportChatInviteLink hideGeneralForumTopic promoteChatMember reopenForumTopic
reopenGeneralForumTopic restrictChatMember revokeChatInviteLink setChatAdministratorCustomTitle setChatDescription
setChatMemberTag setChatPermissions setChatPhoto setChatStickerSet setChatTitle unbanChatMember unbanChatSenderChat
unhideGeneralForumTopic unpinAllForumTopicMessages unpinAllGeneralForumTopicMessages approveSuggestedPost
declineSuggestedPost
"""
"""A bot is a plain member of its groups here."""

_REFUSED: Final = {
    "BUSINESS_CONNECTION_INVALID": """
        convertGiftToStars deleteStory editStory getBusinessAccountGifts
        getBusinessAccountStarBalance postStory readBusinessMessage
        removeBusinessAccountProfilePhoto repostStory setBusinessAccountBio setBusinessAccountGiftSettings
        setBusinessAccountName setBusinessAccountProfilePhoto setBusinessAccountUsername transferBusinessAccountStars
        transferGift upgradeGift
    """,
    "STICKERSET_INVALID": """
        addStickerToSet createNewStickerSet deleteStickerFromSet deleteStickerSet getStickerSet replaceStickerInSet
        setCustomEmojiStickerSetThumbnail setStickerEmojiList setStickerKeywords setStickerMaskPosition
        setStickerPositionInSet setStickerSetThumbnail setStickerSetTitle uploadStickerFile
    """,
    "query is too old and response timeout expired or query ID is invalid": """
        answerChatJoinRequestQuery answerGuestQuery answerInlineQuery answerPreCheckoutQuery answerShippingQuery
        answerWebAppQuery savePreparedInlineMessage savePreparedKeyboardButton sendChatJoinRequestWebApp
    """,
    "BALANCE_TOO_LOW": "giftPremiumSubscription sendGift",
    "CHARGE_NOT_FOUND": "editUserStarSubscription refundStarPayment",
    "BOT_VERIFIER_FORBIDDEN": "removeChatVerification removeUserVerification verifyChat verifyUser",
    "BOT_MANAGE_FORBIDDEN": """
        getManagedBotAccessSettings getManagedBotToken replaceManagedBotToken setManagedBotAccessSettings
    """,
    "message to edit not found": """
        editEphemeralMessageCaption editEphemeralMessageMedia editEphemeralMessageReplyMarkup editEphemeralMessageText
        getGameHighScores setGameScore
    """,
    "message to delete not found": "deleteEphemeralMessage",
    "PHOTO_INVALID": "removeMyProfilePhoto sendLivePhoto setMyProfilePhoto",
    "USER_PERMISSION_DENIED": """
        getChatGifts getUserChatBoosts getUserGifts getUserPersonalChatMessages setPassportDataErrors setUserEmojiStatus
    """,
    "drafts can't be sent": "sendMessageDraft sendRichMessageDraft",
}

_EMPTY: Final[dict[str, Any]] = {
    "getAvailableGifts": {"gifts": []},
    "getCustomEmojiStickers": [],
    "getForumTopicIconStickers": [],
    "getMyStarBalance": {"amount": 0},
    "getStarTransactions": {"transactions": []},
    "getUserProfileAudios": {"total_count": 0, "audios": []},
}
"""Questions that have an answer: nothing."""


def refusals() -> dict[str, Callable[[MethodCall], Any]]:
    """The methods by name, in lower case."""
    methods: dict[str, Callable[[MethodCall], Any]] = dict.fromkeys(_ADMINISTRATORS.lower().split(), _needs_rights)
    for description, names in _REFUSED.items():
        methods |= dict.fromkeys(names.lower().split(), _refusing(description))
    return methods | {name.lower(): _telling(result) for name, result in _EMPTY.items()}


def _needs_rights(call: MethodCall) -> Any:
    chat_of(call)
    raise bad_request(NOT_AN_ADMINISTRATOR)


def _refusing(description: str) -> Callable[[MethodCall], Any]:
    def refuse(_: MethodCall) -> Any:
        raise bad_request(description)

    return refuse


def _telling(result: Any) -> Callable[[MethodCall], Any]:
    return lambda _: result

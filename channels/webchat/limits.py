"""Limits of the web chat. There is no provider who sets them: each number is ours, with its reason."""

from __future__ import annotations

from typing import Final

from inbox.sending.rates import Rate

MAX_TEXT_CHARS: Final = 4_096
"""Both ways. The same as WhatsApp's and Telegram's texts, so that a prepared reply fits every channel."""

MAX_CAPTION_CHARS: Final = 1_024
"""As on the other channels."""

MAX_BUTTONS: Final = 10
MAX_BUTTON_TITLE_CHARS: Final = 60
"""What stands in one line of a widget 360 pixels wide, in most scripts."""
MAX_LIST_ROWS: Final = 30
MAX_ROW_DESCRIPTION_CHARS: Final = 120
"""A longer list is no choice that anybody reads."""
MAX_ID_CHARS: Final = 256
"""Of buttons and rows; as WhatsApp's."""

MAX_FRAME_BYTES: Final = 32 * 1024
"""The longest text in four-byte characters, escaped, with its id around it, fits twice."""
MAX_NAME_CHARS: Final = 100
MAX_EMAIL_CHARS: Final = 254
"""Source: RFC 5321, 4.5.3.1.3, less the angle brackets."""
MAX_LANGUAGE_CHARS: Final = 100
"""Any tag fits that a page may have (RFC 5646, 4.4.1 asks for 35); what is none is passed over."""
MAX_PAGE_URL_CHARS: Final = 2_000
MAX_PAGE_TITLE_CHARS: Final = 300
"""Of the page on which a visitor writes, as the widget sends it; longer addresses are cut by browsers and proxies."""
MAX_PAGE_MARK_CHARS: Final = 300
"""Of each thing that is kept of it."""
MAX_ANSWER_CHARS: Final = 1_000
"""Of an answer to the form; as long as a value of the contact card."""
MAX_VISITOR_ID_CHARS: Final = 128
MAX_HAVE: Final = 200
"""Ids that a visitor names as known when it comes back; far more than come within `OVERLAP_SECONDS`."""

FIRST_MESSAGES: Final = 50
"""How much of the thread a fresh page gets, and each look further back."""
MOST_MISSED: Final = 500
"""Who missed more than this starts again with the newest `FIRST_MESSAGES`."""
EPISODES: Final = 20
"""Conversations of a visitor that make up the thread; more than a year of monthly questions."""
OVERLAP_SECONDS: Final = 60
"""A message's place in the thread is fixed before it is committed, and a transaction may take some seconds: who
resumes after a place gets again what was placed in the minute before it, unless it says that it has that."""

MESSAGE_RATE: Final = Rate(seconds=1.0, burst=10)
"""Of one visitor: ten short lines at once, then one a second; nobody types faster for long."""
FRAME_RATE: Final = Rate(seconds=1 / 20, burst=100)
"""Of one socket, of any kind: acknowledgements and typing come some times a second; more is no widget of ours."""
CHANNEL_MESSAGE_RATE: Final = Rate(seconds=1 / 400, burst=800)
"""Of all visitors of a channel in one process: a sixth of what the way in takes, so that a flooded
page delays no other business."""
ADDRESS_MESSAGE_RATE: Final = Rate(seconds=1 / 10, burst=120)
"""Of one address in one process: an office or a school behind one address, all writing at once. Every address counts,
private ones too: where `GATEWAY_TRUSTED_PROXIES` names the proxies, the visitors' own addresses count."""
ADDRESS_CONVERSATIONS: Final = 100
CHANNEL_CONVERSATIONS: Final = 3_000
CONVERSATIONS_SECONDS: Final = 10 * 60.0
"""New conversations at once, and again within this time, in all processes together: a class that tries the chat out
fits, and the busiest shop on its busiest day. Operators can answer a flood of neither."""
SOCKETS_PER_ADDRESS: Final = 1_000
"""In one process: a fifth of what it takes."""
SOCKETS_PER_VISITOR: Final = 10
"""Open tabs of one person with the widget on each."""
SOCKETS_PER_PROCESS: Final = 5_000
"""Each takes some 40 KB: 200 MB."""
TYPING_SECONDS: Final = 2.0
"""How often typing is passed on at most."""

UPLOAD_RATE: Final = Rate(seconds=5.0, burst=6)
"""Of one visitor: a handful of pictures at once, then one every five seconds."""
ADDRESS_UPLOAD_BYTES: Final = 256 * 1024 * 1024
CHANNEL_UPLOAD_BYTES: Final = 2 * 1024 * 1024 * 1024
UPLOAD_BYTES_SECONDS: Final = 60 * 60.0
"""Bytes at once, and again within an hour, in all processes together: what no message names is gone after an hour, so
that strangers never fill the disk with more than this twice over."""
LEAST_UPLOAD_BYTES: Final = 512 * 1024
"""Each file counts as at least so much: 512 small ones of one address."""
MAX_UPLOAD_BYTES: Final = 20 * 1024 * 1024
"""A phone's picture or a scanned document; films are for other channels."""
ANONYMOUS_DAYS: Final = 180
"""How long a visitor without identity is known again in the same browser after the last visit."""

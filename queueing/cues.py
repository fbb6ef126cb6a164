"""Cues for automatic texts, as queues note them: see `inbox.cues`, where a close notes its own."""

from __future__ import annotations

from inbox.cues import Cue, cue_for, note_cues

__all__ = ["Cue", "cue_for", "note_cues"]

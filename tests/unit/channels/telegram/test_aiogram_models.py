"""aiogram's models are built when they are first used, and every one of them can be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel

from channels.telegram.aiogram_models import nothing_built

ROOT = Path(__file__).parents[4]
SCRIPT = """
import json, sys
from channels.telegram.aiogram_models import load_aiogram
load_aiogram()
from aiogram import methods, types
from aiogram.methods.base import Response
from pydantic import BaseModel

def models(module):
    found = (getattr(module, name) for name in module.__all__)
    return [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]

# The bases of methods are abstract: nobody makes one, and aiogram leaves them as they are, too.
bases = (methods.TelegramMethod, Response, methods.Request)
known = [one for one in (*models(types), *models(methods)) if one not in bases]
at_first = sum(one.__pydantic_complete__ for one in known)
sent = methods.SendMessage(chat_id=5, text="hello")
answer = Response[types.Message].model_validate(
    {"ok": True, "result": {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}}}
)
update = types.Update.model_validate({"update_id": 1, "callback_query": {
    "id": "9", "from": {"id": 3, "is_bot": False, "first_name": "Ann"}, "chat_instance": "c", "data": "yes"}})
for one in known:
    one.model_rebuild()
print(json.dumps({
    "known": len(known), "at_first": at_first,
    "left": [one.__name__ for one in known if not one.__pydantic_complete__],
    "sent": sent.text, "answer": answer.result.chat.id, "update": update.callback_query.from_user.first_name,
}))
"""


def test_every_model_can_be_built_though_few_are_at_first() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["known"] > 500
    assert found["at_first"] < found["known"] / 4
    assert found["left"] == []
    assert (found["sent"], found["answer"], found["update"]) == ("hello", 5, "Ann")


def test_models_of_others_are_built_meanwhile() -> None:
    with nothing_built():

        class Ours(BaseModel):
            size: Size

        class Size(BaseModel):
            bytes: int

        Ours.model_rebuild(_types_namespace={"Size": Size})
        made = Ours.model_validate({"size": {"bytes": 3}})

    assert made.size.bytes == 3

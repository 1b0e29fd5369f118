"""Faults that projects like this one have had, put into ours: each must turn what is checked here red, or the check sees nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import Response
from fastapi.responses import JSONResponse

from assistant import wechat_messages
from assistant.web.wechat import conversation, gate, render
from assistant.web.wechat.messages import Message
from assistant.web.wechat.simulated_platform import event, text_message
from tests.web.phones import Service, service
from tests.web.test_wechat_talk import ANSWER, QUESTION, kept

Mutation = Callable[[pytest.MonkeyPatch], None]


def check(one: Service) -> None:
    """A question sent twice gets one answer, the same both times; a follower is welcomed."""
    message = text_message(QUESTION)
    first, again = one.deliver(message), one.deliver(message)

    assert ANSWER in str(first.seen)
    assert again.seen == first.seen
    assert (first.requests, again.requests) == (["reply"], ["reply"])
    assert len(kept(one, "answers", "oWorker-0001")) == 1
    assert "自动问答" in str(one.deliver(event("subscribe", sender="oWorker-0001")).seen)


def popped_instead_of_replayed(patch: pytest.MonkeyPatch) -> None:
    answer_once = conversation._once

    async def pop(message: Message, channel: Any, *more: Any) -> str | None:
        text = await answer_once(message, channel, *more)
        row = wechat_messages.MESSAGES.c.key == conversation._stored_key(message, channel)
        channel.store().run(lambda connection: connection.execute(sa.delete(wechat_messages.MESSAGES).where(row)))
        return text

    patch.setattr(conversation, "_once", pop)


def read_the_kind_from_another_element(patch: pytest.MonkeyPatch) -> None:
    message = gate._message
    patch.setattr(gate, "_message", lambda fields, settings: message({**fields, "MsgType": fields.get("type")}, settings))


def answered_in_the_clear(patch: pytest.MonkeyPatch) -> None:
    def seal(opened: Any, text: str, _settings: Any) -> Response:
        one = opened.message
        return Response(render.text_reply_xml(to=one.sender, sender=one.recipient, created_at=1, text=text), media_type="application/xml")

    patch.setattr(gate, "_seal", seal)


def answered_with_a_page_of_json(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate, "_seal", lambda *_: JSONResponse({"detail": "Internal Server Error"}, 500))


def test_what_is_checked_holds(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, scale=1.0) as one:
        check(one)


@pytest.mark.parametrize(
    "mutation", [popped_instead_of_replayed, read_the_kind_from_another_element, answered_in_the_clear, answered_with_a_page_of_json]
)
def test_a_fault_put_in_is_seen(tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch, mutation: Mutation) -> None:
    mutation(monkeypatch)
    with service(tmp_path, data_dir=small_data, scale=1.0) as one, pytest.raises(AssertionError):
        check(one)

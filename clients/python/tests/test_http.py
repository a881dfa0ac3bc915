"""What is read over HTTP: may the bot trade, and the events."""

from typing import Any

import httpx
import pytest
from conftest import market_order, resting_order

from order_sync import HttpRefusedError, HttpUnavailableError, InvalidQueryError, OrderSync


def test_an_open_order_blocks_its_bot_on_its_product(orders: OrderSync) -> None:
    request = resting_order(bot_id="py/block ed")
    orders.place(request)
    answer = orders.can_trade("py/block ed", "BTC-USD")
    assert not answer.allowed
    assert [blocking.client_order_id for blocking in answer.blocking] == [request.client_order_id]
    assert answer.blocking[0].age_seconds >= 0
    assert orders.can_trade("py/block ed", "ETH-USD").allowed
    orders.cancel(request.client_order_id)
    orders.wait(request.client_order_id, timeout_seconds=20)
    assert orders.can_trade("py/block ed").allowed


def test_events_are_told_once_in_order_and_go_on_after_a_cursor(orders: OrderSync) -> None:
    request = resting_order(bot_id="py-events")
    orders.place(request)
    orders.cancel(request.client_order_id, requested_by="alice", reason="two lines\u2028in one reason")
    seen = []
    events = orders.events(bot_id="py-events")
    for event in events:
        seen.append(event)
        if event.to_status == "cancelled":
            break
    events.close()  # type: ignore[attr-defined]
    causes = [event.cause for event in seen]
    assert causes[0] == "intent" and "cancel_requested" in causes
    assert len({event.cursor for event in seen}) == len(seen)
    asked = next(event for event in seen if event.cause == "cancel_requested")
    assert (asked.requested_by, asked.reason) == ("alice", "two lines\u2028in one reason")
    assert asked.sent_by is not None and "@" in asked.sent_by
    after = orders.events(after=seen[0].cursor, bot_id="py-events")
    assert next(after) == seen[1]


def test_new_events_are_told_as_they_come(orders: OrderSync) -> None:
    first = market_order(bot_id="py-live")
    orders.place(first)
    events = orders.events(bot_id="py-live")
    assert next(events).client_order_id == first.client_order_id
    second = market_order(bot_id="py-live")
    orders.place(second)
    assert second.client_order_id in (event.client_order_id for event in events)


def test_a_malformed_cursor_is_refused_with_the_field(orders: OrderSync) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        next(orders.events(after="yesterday"))
    assert [error.field for error in caught.value.fields] == ["after"]


def test_an_interface_out_of_reach_is_said_so(places: dict[str, Any]) -> None:
    with OrderSync(**{**places, "http": "http://127.0.0.1:1"}) as orders:
        with pytest.raises(HttpUnavailableError, match="cannot be reached") as caught:
            orders.can_trade("py", timeout_seconds=0.5)
        assert caught.value.retryable


def test_another_server_is_told_apart_and_never_repeats_the_token(
    places: dict[str, Any], exchange: httpx.Client
) -> None:
    other = str(exchange.base_url).removesuffix("/simulator/")
    with OrderSync(**{**places, "http": other}, token="a-secret") as orders:
        with pytest.raises(HttpRefusedError) as caught:
            orders.can_trade("py")
        assert "a-secret" not in str(caught.value)

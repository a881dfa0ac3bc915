"""Orders, over Temporal."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from conftest import market_order, resting_order

from order_sync import (
    AsyncOrderSync,
    ClientOrderIdConflictError,
    InvalidOrderRequestError,
    OrderEndedError,
    OrderNotFoundError,
    OrderState,
    OrderSync,
    PlacementHaltedError,
    TemporalUnavailableError,
    WaitTimeoutError,
)


def test_an_order_is_placed_and_waited_for(orders: OrderSync) -> None:
    request = market_order(order_configuration={"market_market_ioc": {"quote_size": Decimal("10.00")}})
    placed = orders.place(request)
    assert placed.client_order_id == request.client_order_id
    state = orders.wait(request.client_order_id, timeout_seconds=20)
    assert (state.status, state.state, state.ended, state.immediate_fill) == ("completed", "completed", True, True)
    assert isinstance(state.filled_size, Decimal) and state.filled_size > 0
    assert state.filled_at is not None and state.filled_at.tzinfo == UTC
    assert abs((datetime.now(UTC) - state.filled_at).total_seconds()) < 300


def test_the_same_request_again_is_the_same_order(orders: OrderSync, exchange: httpx.Client) -> None:
    request = market_order()
    orders.place(request)
    first = orders.wait(request.client_order_id, timeout_seconds=20)
    assert orders.place(request).order_id == first.order_id
    posts = [post["clientOrderId"] for post in exchange.get("ledger").json()["posts"]]
    assert posts.count(request.client_order_id) == 1


def test_another_request_under_the_same_id_names_the_field(orders: OrderSync) -> None:
    request = market_order()
    orders.place(request)
    with pytest.raises(ClientOrderIdConflictError) as caught:
        orders.place(replace(request, side="SELL"))
    assert [error.field for error in caught.value.fields] == ["side"]
    assert not caught.value.retryable


def test_a_malformed_request_names_each_field_in_python_s_names(orders: OrderSync) -> None:
    wrong: Any = {"market_market_ioc": {"quote_size": 10.5}}
    with pytest.raises(InvalidOrderRequestError) as caught:
        orders.place(market_order(bot_id="", order_configuration=wrong, policy={"monitor_for_ms": 1}))
    assert {error.field for error in caught.value.fields} == {
        "bot_id",
        "order_configuration.market_market_ioc.quote_size",
        "policy.monitor_for_ms",
    }


def test_an_open_order_is_read_synced_and_cancelled(orders: OrderSync) -> None:
    request = resting_order()
    orders.place(request)
    report = orders.sync(request.client_order_id, requested_by="alice", reason="is it there?")
    assert report.coinbase is not None and report.coinbase.status == "OPEN"
    assert (report.requested_by, report.error) == ("alice", None)
    assert report.after.status in ("placing", "pending") and not orders.state(request.client_order_id).ended
    orders.cancel(request.client_order_id, requested_by="py", reason="the price moved away")
    assert orders.wait(request.client_order_id, timeout_seconds=20).status == "cancelled"
    with pytest.raises(OrderEndedError):
        orders.cancel(request.client_order_id)


def test_an_order_that_nobody_placed_is_not_found(orders: OrderSync) -> None:
    for call in (orders.state, orders.sync, orders.cancel, orders.wait):
        for client_order_id in (f"nobody-{call.__name__}", "not a valid id"):
            with pytest.raises(OrderNotFoundError):
                call(client_order_id, timeout_seconds=20)


def test_an_order_is_found_although_its_last_workflow_was_refused(orders: OrderSync) -> None:
    request = market_order()
    orders.place(request)
    orders.wait(request.client_order_id, timeout_seconds=20)
    with pytest.raises(ClientOrderIdConflictError):
        orders.place(replace(request, side="SELL"))
    assert orders.state(request.client_order_id).status == "completed"
    assert orders.wait(request.client_order_id, timeout_seconds=20).status == "completed"


def test_a_halted_bot_places_nothing(orders: OrderSync, engine: httpx.Client) -> None:
    asked = {"bot_id": "py-halted", "requested_by": "alice", "reason": "it buys too much"}
    engine.post("/api/v1/halt", json=asked).raise_for_status()
    with pytest.raises(PlacementHaltedError, match="it buys too much"):
        orders.place(market_order(bot_id="py-halted"))


def test_a_wait_ends_when_its_time_is_up(orders: OrderSync) -> None:
    request = resting_order()
    orders.place(request)
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError) as caught:
        orders.wait(request.client_order_id, timeout_seconds=0.5)
    assert time.monotonic() - started < 5
    assert caught.value.retryable
    orders.cancel(request.client_order_id)


def test_temporal_out_of_reach_is_said_so(places: dict[str, Any]) -> None:
    with pytest.raises(TemporalUnavailableError, match=r"Temporal at 127\.0\.0\.1:1 .*cannot be reached"):
        OrderSync(**{**places, "temporal": "127.0.0.1:1"})


def test_a_closed_client_says_so(places: dict[str, Any]) -> None:
    client = OrderSync(**places)
    client.close()
    with pytest.raises(RuntimeError, match="the client is closed"):
        client.state("any")


def test_a_cancelled_task_ends_at_once_and_the_order_lives_on(places: dict[str, Any]) -> None:
    async def follow() -> OrderState:
        async with await AsyncOrderSync.connect(**places) as orders:
            request = resting_order()
            await orders.place(request)
            waiting = asyncio.create_task(orders.wait(request.client_order_id))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await orders.cancel(request.client_order_id)
            return await orders.wait(request.client_order_id, timeout_seconds=20)

    assert asyncio.run(follow()).status == "cancelled"

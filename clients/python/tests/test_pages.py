"""The classes that the pages for bots show, as they stand there."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from conftest import resting_order

from order_sync import AsyncOrderSync, OrderSync

DOCS = Path(__file__).parents[3] / "docs"


def shown_in(page: str, places: dict[str, Any]) -> dict[str, Any]:
    """What the page's Python defines, with this run's addresses."""
    [program] = re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)
    here = ", ".join(f"{name}={value!r}" for name, value in places.items())
    defined: dict[str, Any] = {}
    exec(program.replace('"127.0.0.1:7233", "http://127.0.0.1:8080"', here), defined)
    return defined


def test_python_places_a_decision_once_and_never_while_blocked(orders: OrderSync, places: dict[str, Any]) -> None:
    trader = shown_in("python.md", places)["Trader"](orders, "page-python", "BTC-USD")
    first = trader.on_signal("0001", "BUY", "0.001")
    assert (first.status, first.filled_size) == ("completed", Decimal("0.001"))
    assert trader.on_signal("0001", "BUY", "0.001").order_id == first.order_id
    blocking = resting_order(bot_id="page-python")
    orders.place(blocking)
    assert trader.on_signal("0002", "BUY", "0.001") is None
    orders.cancel(blocking.client_order_id)


def test_moving_in_leaves_one_task_that_may_run_twice(orders: OrderSync, places: dict[str, Any]) -> None:
    shown = shown_in("moving-in.md", places)
    first = shown["buy"]("page-moved", 17, "BTC-USD", "10.00")
    assert first.status == "completed"
    assert shown["buy"]("page-moved", 17, "BTC-USD", "10.00").order_id == first.order_id
    blocking = resting_order(bot_id="page-moved")
    orders.place(blocking)
    assert shown["buy"]("page-moved", 18, "BTC-USD", "10.00") is None
    orders.cancel(blocking.client_order_id)
    shown["orders"].close()


def test_freqtrade_hears_what_was_filled_and_nothing_else(
    orders: OrderSync, exchange: httpx.Client, places: dict[str, Any]
) -> None:
    strategy = shown_in("freqtrade.md", places)["OrderSyncMixin"]()
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    call = {"pair": "BTC/USD", "order_type": "limit", "rate": 60000.0, "time_in_force": "GTC"}
    entry = {**call, "amount": 0.00123456789, "entry_tag": None, "side": "long"}
    leaving = {**call, "amount": 0.00123456789, "trade": None, "exit_reason": "roi", "sell_reason": "roi"}
    assert strategy.confirm_trade_entry(**entry, current_time=now)
    # The same signal again, seconds later.
    assert strategy.confirm_trade_entry(**entry, current_time=now + timedelta(seconds=5))
    assert strategy.confirm_trade_exit(**leaving, current_time=now)
    posts = [post["clientOrderId"] for post in exchange.get("ledger").json()["posts"]]
    bought, sold = sorted(client_order_id for client_order_id in posts if client_order_id.startswith("freqtrade-"))
    assert orders.state(bought).filled_size == orders.state(sold).filled_size == Decimal("0.00123456")

    tomorrow = now + timedelta(days=1)
    assert not strategy.confirm_trade_entry(**{**entry, "amount": 1e-12}, current_time=tomorrow)
    blocking = resting_order(bot_id="freqtrade")
    orders.place(blocking)
    assert not strategy.confirm_trade_entry(**entry, current_time=tomorrow)
    orders.cancel(blocking.client_order_id)
    strategy.order_sync.close()
    assert not strategy.confirm_trade_entry(**entry, current_time=tomorrow)


def test_hummingbot_follows_an_order_while_its_clock_goes_on(places: dict[str, Any]) -> None:
    shown = shown_in("hummingbot.md", places)

    async def script() -> None:
        async with await AsyncOrderSync.connect(**places) as orders:
            executor = shown["OrderSyncExecutor"](orders, "page-hummingbot")
            assert executor.is_free
            running = executor.start("1", "BTC-USD", "BUY", Decimal("0.001"))
            assert not executor.is_free
            assert (await asyncio.wait_for(running, 20)).status == "completed"
            assert executor.is_free

    asyncio.run(script())

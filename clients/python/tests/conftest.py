"""The engine that the tests talk to is started by `npm test -- test/python`, which says where it is."""

import json
import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from order_sync import OrderRequest, OrderSync

ENGINE: dict[str, str] = json.loads(os.environ["ORDER_SYNC_TEST_ENGINE"])

NUMBERS = count(1)


@pytest.fixture(scope="session")
def places() -> dict[str, Any]:
    """How to reach the engine, as the clients' arguments."""
    return {"temporal": ENGINE["temporal"], "http": ENGINE["http"], "task_queue": ENGINE["taskQueue"]}


@pytest.fixture(scope="session")
def orders(places: dict[str, Any]) -> Iterator[OrderSync]:
    with OrderSync(**places) as client:
        yield client


@pytest.fixture(scope="session")
def exchange() -> Iterator[httpx.Client]:
    """The control interface of the simulated exchange."""
    with httpx.Client(base_url=f"{ENGINE['exchange']}/simulator/") as control:
        yield control


@pytest.fixture(scope="session")
def engine() -> Iterator[httpx.Client]:
    """The engine's HTTP interface."""
    with httpx.Client(base_url=ENGINE["http"]) as client:
        yield client


def market_order(**change: Any) -> OrderRequest:
    fields: dict[str, Any] = {
        "client_order_id": f"python-{os.getpid()}-{next(NUMBERS)}",
        "bot_id": "py",
        "product_id": "BTC-USD",
        "side": "BUY",
        "order_configuration": {"market_market_ioc": {"quote_size": "10.00"}},
    }
    return OrderRequest(**{**fields, **change})


def resting_order(**change: Any) -> OrderRequest:
    terms = {"base_size": "0.001", "limit_price": "10.00"}
    return market_order(order_configuration={"limit_limit_gtc": terms}, **change)

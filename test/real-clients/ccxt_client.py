"""ccxt, over REST and its WebSockets, against the simulated exchange."""

import asyncio
import os
import sys

import ccxt.pro

REST = os.environ["EXCHANGE_URL"]
WEBSOCKET = os.environ["EXCHANGE_WS_URL"]


def check(what: str, holds: bool) -> None:
    print(f"{'ok' if holds else 'not ok'} {what}")
    if not holds:
        sys.exit(1)


async def main() -> None:
    exchange = ccxt.pro.coinbase({"apiKey": os.environ["KEY_NAME"], "secret": os.environ["PRIVATE_KEY"]})
    exchange.urls["api"] = {"rest": REST, "ws": WEBSOCKET}
    try:
        await trade(exchange)
    finally:
        await exchange.close()


async def trade(exchange: ccxt.pro.coinbase) -> None:
    markets = await exchange.load_markets()
    check("load_markets", markets["BTC/USD"]["precision"]["amount"] == 1e-8)
    check("fetch_currencies", "BTC" in await exchange.fetch_currencies())
    seen: set[tuple[str, str]] = set()
    watching = asyncio.ensure_future(watch(exchange, seen))

    balance = await exchange.fetch_balance()
    check("fetch_balance", balance["BTC"]["free"] > 0)
    bought = await exchange.create_order(
        "BTC/USD", "market", "buy", 650, params={"createMarketBuyOrderRequiresPrice": False}
    )
    order = await exchange.fetch_order(bought["id"], "BTC/USD")
    check("create_order, fetch_order", order["status"] == "closed" and 0.009 < order["filled"] < 0.011)
    trades = await exchange.fetch_my_trades("BTC/USD")
    check(
        "fetch_my_trades", [(trade["order"], trade["amount"]) for trade in trades] == [(bought["id"], order["filled"])]
    )

    resting = await exchange.create_order("BTC/USD", "limit", "buy", 0.01, 20000)
    check("fetch_open_orders", [each["id"] for each in await exchange.fetch_open_orders("BTC/USD")] == [resting["id"]])
    await exchange.edit_order(resting["id"], "BTC/USD", "limit", "buy", 0.02, 21000)
    check("edit_order", (await exchange.fetch_order(resting["id"]))["price"] == 21000)
    await exchange.cancel_order(resting["id"], "BTC/USD")
    while (await exchange.fetch_order(resting["id"]))["status"] != "canceled":
        await asyncio.sleep(0.05)
    check("cancel_order", True)
    check("fetch_closed_orders", bought["id"] in [each["id"] for each in await exchange.fetch_closed_orders("BTC/USD")])

    ticker = await exchange.fetch_ticker("BTC/USD")
    check("fetch_ticker", ticker["bid"] < ticker["ask"])
    book = await exchange.fetch_order_book("BTC/USD", 5)
    check("fetch_order_book", len(book["bids"]) == 5 and book["bids"][0][0] < book["asks"][0][0])
    check("fetch_ohlcv", len(await exchange.fetch_ohlcv("BTC/USD", "5m", limit=100)) == 100)
    check("fetch_trades", len(await exchange.fetch_trades("BTC/USD")) > 0)
    check("fetch_bids_asks", "BTC/USD" in await exchange.fetch_bids_asks(["BTC/USD"]))
    check("fetch_trading_fees", (await exchange.fetch_trading_fees())["BTC/USD"]["taker"] == 0.006)
    check("fetch_portfolios", len(await exchange.fetch_portfolios()) == 1)
    check("fetch_time", await exchange.fetch_time() > 0)

    watching.cancel()
    check("watch_orders", {(order["clientOrderId"], "closed"), (resting["clientOrderId"], "canceled")} <= seen)


async def watch(exchange: ccxt.pro.coinbase, seen: set[tuple[str, str]]) -> None:
    while True:
        for order in await exchange.watch_orders("BTC/USD"):
            seen.add((order["clientOrderId"], order["status"]))


asyncio.run(main())

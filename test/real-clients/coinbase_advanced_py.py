"""Coinbase's own Python client, every call of it that a spot bot makes, against the simulated exchange over TLS."""

import json
import os
import sys
import time

from coinbase.rest import RESTClient
from coinbase.websocket import WSUserClient

HOST = os.environ["EXCHANGE_HOST"]
KEY = {"api_key": os.environ["KEY_NAME"], "api_secret": os.environ["PRIVATE_KEY"]}

client = RESTClient(**KEY, base_url=HOST)
received: list[dict] = []
websocket = WSUserClient(**KEY, base_url=f"wss://{HOST}", on_message=lambda text: received.append(json.loads(text)))


def check(what: str, holds: bool) -> None:
    print(f"{'ok' if holds else 'not ok'} {what}")
    if not holds:
        sys.exit(1)


websocket.open()
websocket.user(product_ids=["BTC-USD"])
websocket.heartbeats()

bought = client.market_order_buy(client_order_id="py-market", product_id="BTC-USD", quote_size="100")
check("create_order", bought.success and bought["success_response"]["client_order_id"] == "py-market")
order = client.get_order(bought["success_response"]["order_id"]).order
check("get_order", order.status == "FILLED" and float(order.filled_size) > 0)
fills = client.get_fills(order_ids=[order.order_id]).fills
check("get_fills", len(fills) == 1 and fills[0].trade_type == "FILL")

resting = client.limit_order_gtc_buy("py-limit", "BTC-USD", base_size="0.01", limit_price="20000")
resting_id = resting["success_response"]["order_id"]
open_ids = [listed.order_id for listed in client.list_orders(order_status=["OPEN"]).orders]
check("list_orders", open_ids == [resting_id])
preview = client.preview_edit_order(resting_id, size="0.02", price="21000")
check("preview_edit_order", preview.errors == [] and preview.base_size == "0.02")
check("edit_order", client.edit_order(resting_id, size="0.02", price="21000").success)
edited = client.get_order(resting_id).order
check("edit_order keeps the id", edited.order_configuration["limit_limit_gtc"]["limit_price"] == "21000")
check("edit_history", edited.edit_history[0]["price"] == "21000")
refused = client.edit_order(order.order_id, size="1", price="1")
check("edit_order of an end", refused.errors[0].edit_failure_reason == "ONLY_OPEN_ORDERS_CAN_BE_EDITED")
check("cancel_orders", client.cancel_orders([resting_id]).results[0].success)
while client.get_order(resting_id).order.status != "CANCELLED":
    time.sleep(0.05)
check("preview_order", client.preview_market_order_buy("BTC-USD", quote_size="10").errs == [])

check("get_products", len(client.get_products().products) > 5)
check("get_product", client.get_product("BTC-USD").base_increment == "0.00000001")
[quote] = client.get_best_bid_ask(["BTC-USD"]).pricebooks
check("get_best_bid_ask", float(quote.bids[0].price) < float(quote.asks[0].price))
book = client.get_product_book("BTC-USD", limit=5).pricebook
prices = [float(level.price) for level in book.bids]
check("get_product_book", len(book.asks) == 5 and prices == sorted(prices, reverse=True))
now = int(time.time())
candles = client.get_candles("BTC-USD", start=str(now - 3600), end=str(now), granularity="ONE_MINUTE").candles
check("get_candles", len(candles) == 61 and float(candles[0].low) <= float(candles[0].high))
trades = client.get_market_trades("BTC-USD", limit=100).trades
check("get_market_trades", order.filled_size in [trade.size for trade in trades])
check("get_public_products", len(client.get_public_products().products) > 5)
check(
    "get_public_candles", len(client.get_public_candles("BTC-USD", str(now - 300), str(now), "ONE_MINUTE").candles) == 6
)

accounts = client.get_accounts().accounts
check("get_accounts", "BTC" in [account.currency for account in accounts])
check("get_account", client.get_account(accounts[0].uuid).account.currency == accounts[0].currency)
[portfolio] = client.get_portfolios().portfolios
breakdown = client.get_portfolio_breakdown(portfolio.uuid).breakdown
check("get_portfolio_breakdown", "BTC" in [position.asset for position in breakdown.spot_positions])
check("get_transaction_summary", client.get_transaction_summary().fee_tier["taker_fee_rate"] == "0.006")
check("get_api_key_permissions", client.get_api_key_permissions().can_trade)
check("get_unix_time", abs(int(client.get_unix_time().epoch_seconds) - now) < 60)

seen = [
    (order["client_order_id"], order["status"])
    for message in received
    if message.get("channel") == "user"
    for event in message["events"]
    for order in event["orders"]
]
check("the user channel tells each change", {("py-market", "FILLED"), ("py-limit", "CANCELLED")} <= set(seen))
giving_up_at = time.monotonic() + 10
while not any(message.get("channel") == "heartbeats" for message in received) and time.monotonic() < giving_up_at:
    time.sleep(0.05)
check("heartbeats", time.monotonic() < giving_up_at)
websocket.close()

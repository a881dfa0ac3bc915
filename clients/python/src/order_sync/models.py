"""What is asked and what is answered. Money is ``Decimal``, times are aware ``datetime`` in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict

Side = Literal["BUY", "SELL"]
#: ``placing``, ``pending`` and ``stale`` block the bot on that product; the others are ends.
TradeStatus = Literal["placing", "pending", "stale", "completed", "cancelled", "expired", "failed", "rejected"]
StateName = Literal["placed", "immediate-check", "monitoring", "stale", "completed", "closed"]
#: Which layer saw the order's end.
Layer = Literal["immediate-check", "monitoring", "reconciliation", "manual-sync"]


class Policy(TypedDict, total=False):
    """How long an order is placed and watched; what is left out has the engine's default (in brackets)."""

    place_for_ms: int  # 30,000
    immediate_check_attempts: int  # 10
    immediate_check_interval_ms: int  # 500
    monitor_interval_ms: int  # 2,000
    monitor_for_ms: int  # 300,000


@dataclass(frozen=True, kw_only=True)
class OrderRequest:
    """What to place. The same request again is the same order, so keep it until the order is placed."""

    #: Idempotency key: 1 to 128 of A-Z a-z 0-9 . _ -
    client_order_id: str
    bot_id: str
    product_id: str
    side: Side
    #: Coinbase's ``order_configuration``, exactly one key. Sizes and prices are strings or ``Decimal``, no ``float``.
    order_configuration: Mapping[str, Mapping[str, str | bool | Decimal]]
    policy: Policy | None = None


@dataclass(frozen=True)
class OrderState:
    """How an order stands, as committed."""

    client_order_id: str
    bot_id: str
    product_id: str
    side: Side
    #: The exchange's; None until it has accepted the order.
    order_id: str | None
    state: StateName
    status: TradeStatus
    exchange_status: str | None
    filled_size: Decimal
    average_filled_price: Decimal | None
    total_fees: Decimal | None
    immediate_fill: bool
    fill_detected_at: datetime | None
    filled_at: datetime | None
    detected_by: Layer | None
    fills_complete: bool
    last_checked_at: datetime | None
    stale_since: datetime | None
    reason: str | None

    @property
    def ended(self) -> bool:
        """True when the order no longer blocks its bot."""
        return self.status not in ("placing", "pending", "stale")


@dataclass(frozen=True)
class SyncSide:
    state: StateName
    status: TradeStatus
    filled_size: Decimal
    filled_at: datetime | None


@dataclass(frozen=True)
class ExchangeSide:
    status: str
    filled_size: Decimal
    average_filled_price: Decimal | None
    total_fees: Decimal | None
    filled_value: Decimal | None
    last_fill_time: datetime | None


@dataclass(frozen=True)
class SyncReport:
    """What was known before, what the exchange says, and what is known now."""

    order_id: str | None
    client_order_id: str
    requested_by: str | None
    reason: str | None
    before: SyncSide
    #: None when the exchange did not answer or does not know the order; ``error`` says which.
    coinbase: ExchangeSide | None
    after: SyncSide
    changed: bool
    synced_at: datetime
    error: str | None


@dataclass(frozen=True)
class BlockingOrder:
    order_id: str | None
    client_order_id: str
    status: TradeStatus
    age_seconds: int


@dataclass(frozen=True)
class CanTrade:
    """Advice: ``place`` never refuses because of it."""

    allowed: bool
    #: Oldest first, at most 500.
    blocking: tuple[BlockingOrder, ...]


@dataclass(frozen=True)
class Event:
    """One event of one order, and its place in the log."""

    cursor: str
    client_order_id: str
    bot_id: str
    at: datetime
    from_status: TradeStatus | None
    to_status: TradeStatus
    state: StateName
    cause: str
    source: str
    #: Who asked, as they say themselves.
    requested_by: str | None
    #: Who sent it, as the engine knows it, e.g. Temporal's identity of the client.
    sent_by: str | None
    reason: str | None
    evidence: dict[str, Any] | None

"""Everything that can go wrong. ``code`` and ``retryable`` are for programs, the message is for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One wrong field of a request."""

    #: A path such as ``order_configuration.market_market_ioc.quote_size``.
    field: str
    message: str


class OrderSyncError(Exception):
    """What every error of the client is."""

    code: ClassVar[str]
    #: True when the same call can succeed later. To repeat ``place`` with the same request is always safe.
    retryable: ClassVar[bool] = False


class _FieldsError(OrderSyncError):
    what: ClassVar[str]

    def __init__(self, fields: Sequence[FieldError]) -> None:
        listed = "; ".join(f"{error.field}: {error.message}" for error in fields)
        super().__init__(f"{self.what}: {listed}")
        self.fields = tuple(fields)


class InvalidOrderRequestError(_FieldsError):
    """The request is malformed; nothing was placed. ``fields`` has each wrong one."""

    code = "InvalidOrderRequest"
    what = "the order request is not valid"


class ClientOrderIdConflictError(_FieldsError):
    """The client order id belongs to another order, which was not changed. ``fields`` differ. Use a new id."""

    code = "ClientOrderIdConflict"
    what = "the client order id belongs to another order"


class InvalidQueryError(_FieldsError):
    """What was asked for over HTTP is malformed."""

    code = "InvalidQuery"
    what = "the query is not valid"


class PlacementHaltedError(OrderSyncError):
    """An operator has halted placing; nothing was placed. The message says who, and why."""

    code = "PlacementHalted"


class OrderNotFoundError(OrderSyncError):
    """Neither Temporal nor the engine knows the order."""

    code = "OrderNotFound"


class OrderEndedError(OrderSyncError):
    """The order has ended, so there is nothing left to cancel."""

    code = "OrderEnded"


class OrderWorkflowStoppedError(OrderSyncError):
    """Somebody ended the order's workflow from outside, so that nobody watches the order. ``sync`` starts a new one."""

    code = "OrderWorkflowStopped"


class WaitTimeoutError(OrderSyncError):
    """The time given for the call has passed, and Temporal is there. What was asked for may still happen."""

    code = "WaitTimeout"
    retryable = True


class WorkerUnavailableError(OrderSyncError):
    """Temporal answers, but no worker has asked it for work lately."""

    code = "WorkerUnavailable"
    retryable = True


class TemporalUnavailableError(OrderSyncError):
    """Temporal is out of reach or overloaded."""

    code = "TemporalUnavailable"
    retryable = True


class TemporalRefusedError(OrderSyncError):
    """Temporal answers, but does not accept the caller, the namespace or the request."""

    code = "TemporalRefused"


class PayloadKeyMissingError(OrderSyncError):
    """What Temporal answers is encrypted with a key that the client has not. The message names it."""

    code = "PayloadKeyMissing"


class HttpUnavailableError(OrderSyncError):
    """The HTTP interface is out of reach, overloaded, or without something that it needs itself."""

    code = "HttpUnavailable"
    retryable = True


class HttpRefusedError(OrderSyncError):
    """Something answers, but does not accept the caller, or is not order-sync's HTTP interface."""

    code = "HttpRefused"

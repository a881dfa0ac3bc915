"""Makes one of the client's errors of whatever Temporal's client raises, so that a bot never has to know gRPC."""

from __future__ import annotations

from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, CancelledError, TerminatedError
from temporalio.service import RPCError, RPCStatusCode

from ._wire import field_errors
from .errors import (
    ClientOrderIdConflictError,
    InvalidOrderRequestError,
    OrderNotFoundError,
    OrderSyncError,
    OrderWorkflowStoppedError,
    PlacementHaltedError,
    TemporalRefusedError,
    TemporalUnavailableError,
    WorkerUnavailableError,
)


def translate(error: BaseException, client_order_id: str, *, temporal: str, task_queue: str) -> BaseException:
    """What to raise instead. ``temporal`` is how messages name the server. What is unknown is a defect, and stays."""
    if isinstance(error, WorkflowUpdateFailedError):
        return _of_failure(error.cause, client_order_id) or error
    if isinstance(error, WorkflowFailureError):
        return _of_failure(error.cause, client_order_id) or _stopped(error.cause, client_order_id)
    if isinstance(error, RPCError):
        return _of_status(error, client_order_id, temporal, task_queue)
    return error


def unreachable(temporal: str, why: str = "no answer") -> TemporalUnavailableError:
    return TemporalUnavailableError(f"{temporal} cannot be reached ({why}): check the address and that the server runs")


def has_type(cause: BaseException | None, kind: str) -> bool:
    return isinstance(cause, ApplicationError) and cause.type == kind


def _of_failure(cause: BaseException, client_order_id: str) -> OrderSyncError | None:
    if not isinstance(cause, ApplicationError):
        return None
    fields = field_errors(cause.details[0] if cause.details else None, cause.message)
    match cause.type:
        case "InvalidOrderRequest":
            return InvalidOrderRequestError(fields)
        case "ClientOrderIdConflict":
            return ClientOrderIdConflictError(fields)
        case "PlacementHalted":
            return PlacementHaltedError(f"the order {client_order_id} was not placed: {cause.message}")
    return None


def _stopped(cause: BaseException, client_order_id: str) -> OrderWorkflowStoppedError:
    match cause:
        case TerminatedError():
            how = f"terminated: {cause.message}"
        case CancelledError():
            how = "cancelled"
        case _:
            how = f"failed: {cause}"
    return OrderWorkflowStoppedError(
        f"the workflow of order {client_order_id} ended without an outcome ({how}), so the order is not watched: "
        "a sync starts its workflow again"
    )


def _of_status(error: RPCError, client_order_id: str, temporal: str, task_queue: str) -> OrderSyncError:
    match error.status:
        case RPCStatusCode.NOT_FOUND if "namespace" in error.message.lower():
            return TemporalRefusedError(f"{temporal}: the namespace does not exist; give the name of one that does")
        case RPCStatusCode.NOT_FOUND:
            return OrderNotFoundError(f"there is no order with the client order id {client_order_id}")
        case RPCStatusCode.FAILED_PRECONDITION:
            return WorkerUnavailableError(f"no worker serves the task queue {task_queue}: start one, then try again")
        case RPCStatusCode.UNAUTHENTICATED | RPCStatusCode.PERMISSION_DENIED:
            return TemporalRefusedError(f"{temporal} refuses the caller: check the API key or the TLS certificate")
        case RPCStatusCode.INVALID_ARGUMENT:
            return TemporalRefusedError(f"{temporal} refuses the request: {error.message}")
        case RPCStatusCode.RESOURCE_EXHAUSTED:
            return TemporalUnavailableError(f"{temporal} is overloaded: ask more rarely, or raise its limits")
    return unreachable(temporal)

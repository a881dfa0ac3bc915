"""The client for programs that use asyncio."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RetryConfig, RPCError

from ._http import HttpEndpoint
from ._retry import with_retries
from ._translate import translate, unreachable
from ._wire import read, read_camel, request_of
from ._workflow_calls import WorkflowCalls
from .errors import InvalidOrderRequestError, OrderNotFoundError, OrderSyncError, WaitTimeoutError
from .models import CanTrade, Event, OrderRequest, OrderState, SyncReport

TIMEOUT_SECONDS = 10.0
#: The engine gives the exchange 30 s, three times over.
SYNC_TIMEOUT_SECONDS = 100.0
#: This client repeats calls itself, until their time is up.
NO_LONG_RETRIES = RetryConfig(max_elapsed_time_millis=1_000, max_retries=1)

Result = TypeVar("Result")


@dataclass
class AsyncOrderSync:
    """
    Places orders and follows them. Every method raises an ``OrderSyncError``. Errors that can pass are retried within
    ``timeout_seconds`` (None: without an end); after any other, what was asked for may still happen.
    """

    _temporal: str
    _calls: WorkflowCalls
    _http: HttpEndpoint

    @classmethod
    async def connect(
        cls,
        temporal: str = "127.0.0.1:7233",
        http: str = "http://127.0.0.1:8080",
        *,
        token: str | None = None,
        namespace: str = "default",
        task_queue: str = "orders",
        **temporal_options: Any,
    ) -> Self:
        """
        ``token`` is the HTTP interface's. ``temporal_options`` is what ``temporalio.client.Client.connect`` takes
        besides: ``tls``, ``api_key`` and so on. Raises TemporalUnavailableError.
        """
        name = f"Temporal at {temporal} (namespace {namespace})"
        options = {"retry_config": NO_LONG_RETRIES, "connect_timeout": timedelta(seconds=5), **temporal_options}
        try:
            client = await Client.connect(temporal, namespace=namespace, **options)
        except RuntimeError as error:
            raise unreachable(name, str(error)) from error
        return cls(name, WorkflowCalls(client, task_queue), HttpEndpoint(http, token))

    async def close(self) -> None:
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def place(self, request: OrderRequest, *, timeout_seconds: float | None = TIMEOUT_SECONDS) -> OrderState:
        """
        Places an order and answers what is known of it within about a second: often its end already, at least that the
        intent is committed. The same request again never places a second order. After InvalidOrderRequestError,
        ClientOrderIdConflictError and PlacementHaltedError nothing was placed; after any other error it may have been:
        repeat the call with the same request to learn that.
        """
        given = request_of(request)
        answer = await self._order(
            request.client_order_id, timeout_seconds, lambda: self._calls.update_with_start(given, "place", given)
        )
        return read_camel(OrderState, answer)

    async def wait(self, client_order_id: str, *, timeout_seconds: float | None = None) -> OrderState:
        """The outcome as soon as the order has ended and blocks its bot no more. Outlives absences of Temporal."""
        answer = await self._known(client_order_id, timeout_seconds, lambda: self._calls.outcome(client_order_id))
        return read_camel(OrderState, answer)

    async def state(self, client_order_id: str, *, timeout_seconds: float | None = TIMEOUT_SECONDS) -> OrderState:
        """The last committed state, of an ended order too, as long as Temporal keeps it."""
        answer = await self._known(client_order_id, timeout_seconds, lambda: self._calls.state(client_order_id))
        return read_camel(OrderState, answer)

    async def sync(
        self,
        client_order_id: str,
        *,
        requested_by: str | None = None,
        reason: str | None = None,
        timeout_seconds: float | None = SYNC_TIMEOUT_SECONDS,
    ) -> SyncReport:
        """Asks the exchange now and records what it says, of an ended order too. It can do no harm."""
        argument = {"requestedBy": requested_by, "reason": reason}
        request = {"clientOrderId": client_order_id}
        answer = await self._known(
            client_order_id, timeout_seconds, lambda: self._calls.update_with_start(request, "syncNow", argument)
        )
        return read_camel(SyncReport, answer)

    async def cancel(
        self,
        client_order_id: str,
        *,
        requested_by: str | None = None,
        reason: str | None = None,
        timeout_seconds: float | None = TIMEOUT_SECONDS,
    ) -> None:
        """Records the request to cancel; whether the order was cancelled or filled first, ``wait`` tells."""
        argument = {"requestedBy": requested_by, "reason": reason}
        await self._known(client_order_id, timeout_seconds, lambda: self._calls.cancel(client_order_id, argument))

    async def can_trade(
        self, bot_id: str, product_id: str | None = None, *, timeout_seconds: float | None = TIMEOUT_SECONDS
    ) -> CanTrade:
        """Whether the bot may trade the product, and which open orders block it. Without a product, of all products."""
        path = f"/api/v1/bots/{quote(bot_id, safe='')}/can-trade"

        async def why_late() -> OrderSyncError:
            return self._http.why_late()

        answer = await with_retries(lambda: self._http.get(path, {"product_id": product_id}), timeout_seconds, why_late)
        return read(CanTrade, answer)

    async def events(self, *, after: str | None = None, bot_id: str | None = None) -> AsyncGenerator[Event, None]:
        """
        Every event of every order once, in the order of commit, and then as they come: without an end. Keep the
        ``cursor`` of the last one to go on there (``after``). Without one it begins at the first; ``latest`` tells only
        what is still to come. It outlives broken connections and restarts of the engine.
        """
        async for event in self._http.follow("/api/v1/events", {"after": after, "bot_id": bot_id}):
            yield read(Event, event)

    async def _known(
        self, client_order_id: str, timeout_seconds: float | None, work: Callable[[], Coroutine[Any, Any, Result]]
    ) -> Result:
        """About an order that must be there. A run that was started with its id alone is refused where it is not."""
        absent = OrderNotFoundError(f"there is no order with the client order id {client_order_id}")
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,128}", client_order_id):
            raise absent
        try:
            return await self._order(client_order_id, timeout_seconds, work)
        except InvalidOrderRequestError as error:
            raise absent from error

    async def _order(
        self, client_order_id: str, timeout_seconds: float | None, work: Callable[[], Coroutine[Any, Any, Result]]
    ) -> Result:
        async def attempt() -> Result:
            try:
                return await work()
            except Exception as error:
                known = translate(error, client_order_id, temporal=self._temporal, task_queue=self._calls.task_queue)
                if known is error:
                    raise
                raise known from error

        return await with_retries(attempt, timeout_seconds, lambda: self._why_late(client_order_id))

    async def _why_late(self, client_order_id: str) -> OrderSyncError:
        """From a silence nobody can tell whether the order takes its time or Temporal is away."""
        try:
            probe = self._calls.client.workflow_service.get_system_info
            await probe(GetSystemInfoRequest(), timeout=timedelta(seconds=1))
        except RPCError:
            return unreachable(self._temporal)
        return WaitTimeoutError(
            f"no answer from order {client_order_id} in time: allow it more, "
            f"and check that a worker serves the task queue {self._calls.task_queue}"
        )

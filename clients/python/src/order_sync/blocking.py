"""The client for programs that do not use asyncio: the same calls, each of which blocks its thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from .aio import SYNC_TIMEOUT_SECONDS, TIMEOUT_SECONDS, AsyncOrderSync
from .models import CanTrade, Event, OrderRequest, OrderState, SyncReport

Result = TypeVar("Result")


class OrderSync:
    """``AsyncOrderSync`` on an event loop in a thread of its own. Any number of threads may share one."""

    def __init__(
        self,
        temporal: str = "127.0.0.1:7233",
        http: str = "http://127.0.0.1:8080",
        *,
        token: str | None = None,
        namespace: str = "default",
        task_queue: str = "orders",
        **temporal_options: Any,
    ) -> None:
        """Connects; see ``AsyncOrderSync.connect``."""
        self._loop = asyncio.new_event_loop()
        # A daemon, so that a program that forgets `close` still ends.
        self._thread = threading.Thread(target=self._loop.run_forever, name="order-sync", daemon=True)
        self._thread.start()
        try:
            self._client = self._run(
                AsyncOrderSync.connect(
                    temporal, http, token=token, namespace=namespace, task_queue=task_queue, **temporal_options
                )
            )
        except BaseException:
            self._stop()
            raise

    def close(self) -> None:
        self._run(self._client.close())
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def place(self, request: OrderRequest, *, timeout_seconds: float | None = TIMEOUT_SECONDS) -> OrderState:
        """See ``AsyncOrderSync.place``."""
        return self._run(self._client.place(request, timeout_seconds=timeout_seconds))

    def wait(self, client_order_id: str, *, timeout_seconds: float | None = None) -> OrderState:
        """See ``AsyncOrderSync.wait``."""
        return self._run(self._client.wait(client_order_id, timeout_seconds=timeout_seconds))

    def state(self, client_order_id: str, *, timeout_seconds: float | None = TIMEOUT_SECONDS) -> OrderState:
        """See ``AsyncOrderSync.state``."""
        return self._run(self._client.state(client_order_id, timeout_seconds=timeout_seconds))

    def sync(
        self,
        client_order_id: str,
        *,
        requested_by: str | None = None,
        reason: str | None = None,
        timeout_seconds: float | None = SYNC_TIMEOUT_SECONDS,
    ) -> SyncReport:
        """See ``AsyncOrderSync.sync``."""
        return self._run(
            self._client.sync(
                client_order_id, requested_by=requested_by, reason=reason, timeout_seconds=timeout_seconds
            )
        )

    def cancel(
        self,
        client_order_id: str,
        *,
        requested_by: str | None = None,
        reason: str | None = None,
        timeout_seconds: float | None = TIMEOUT_SECONDS,
    ) -> None:
        """See ``AsyncOrderSync.cancel``."""
        self._run(
            self._client.cancel(
                client_order_id, requested_by=requested_by, reason=reason, timeout_seconds=timeout_seconds
            )
        )

    def can_trade(
        self, bot_id: str, product_id: str | None = None, *, timeout_seconds: float | None = TIMEOUT_SECONDS
    ) -> CanTrade:
        """See ``AsyncOrderSync.can_trade``."""
        return self._run(self._client.can_trade(bot_id, product_id, timeout_seconds=timeout_seconds))

    def events(self, *, after: str | None = None, bot_id: str | None = None) -> Iterator[Event]:
        """See ``AsyncOrderSync.events``. Blocks until the next event; close the iterator to end it."""
        events = self._client.events(after=after, bot_id=bot_id)

        async def following() -> Event:
            return await anext(events)

        try:
            while True:
                yield self._run(following())
        finally:
            self._run(_closed(events))

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("the client is closed")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            # Ctrl-C ends the wait, and what is waited for.
            future.cancel()
            raise

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _closed(events: AsyncGenerator[Event, None]) -> None:
    await events.aclose()

"""Bounds a call by a time, and repeats it after errors that can pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from .errors import OrderSyncError

FIRST_RETRY_AFTER_SECONDS = 0.1
LONGEST_INTERVAL_SECONDS = 1.0

Result = TypeVar("Result")


async def with_retries(
    attempt: Callable[[], Coroutine[Any, Any, Result]],
    timeout_seconds: float | None,
    why_late: Callable[[], Awaitable[OrderSyncError]],
) -> Result:
    """When the time is up, raises the last error that can pass, or what ``why_late`` answers where there was none."""
    last: list[OrderSyncError] = []
    task = asyncio.ensure_future(_repeated(attempt, last))
    try:
        # Not wait_for: Temporal's client makes an error of its own of the cancellation (temporalio 1.35.0).
        done, _ = await asyncio.wait({task}, timeout=timeout_seconds)
    finally:
        task.cancel()
    if done:
        return task.result()
    await asyncio.gather(task, return_exceptions=True)
    raise last[-1] if last else await why_late()


async def _repeated(attempt: Callable[[], Coroutine[Any, Any, Result]], last: list[OrderSyncError]) -> Result:
    interval_seconds = FIRST_RETRY_AFTER_SECONDS
    while True:
        try:
            return await attempt()
        except OrderSyncError as error:
            if not error.retryable:
                raise
            last[:] = [error]
        await asyncio.sleep(interval_seconds)
        interval_seconds = min(interval_seconds * 2, LONGEST_INTERVAL_SECONDS)

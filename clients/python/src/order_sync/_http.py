"""A request to the engine's HTTP interface: what it answers, or one of the client's errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import httpx

from ._wire import field_errors
from .errors import (
    HttpRefusedError,
    HttpUnavailableError,
    InvalidQueryError,
    OrderNotFoundError,
    OrderSyncError,
)

PROBLEM = "urn:order-sync:problem:"
#: The engine says something every 10 s.
SILENCE_SECONDS = 30.0
FIRST_RETRY_AFTER_SECONDS = 0.1
LONGEST_INTERVAL_SECONDS = 2.0

Query = Mapping[str, str | None]


class HttpEndpoint:
    def __init__(self, url: str, token: str | None) -> None:
        self._name = f"order-sync at {url}"
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=httpx.Timeout(10, read=SILENCE_SECONDS))

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, path: str, query: Query) -> dict[str, Any]:
        try:
            response = await self._client.get(path, params=_given(query), headers={"accept": "application/json"})
        except httpx.TransportError as error:
            raise self._unreachable() from error
        answer = _parsed(response.text)
        if not response.is_success:
            raise self._error(response.status_code, answer)
        if not isinstance(answer, dict):
            raise self._not_ours()
        return answer

    def why_late(self) -> HttpUnavailableError:
        return HttpUnavailableError(f"{self._name} did not answer in time")

    async def follow(self, path: str, query: Query) -> AsyncGenerator[dict[str, Any], None]:
        """Each event of a stream without an end, over any number of connections."""
        last_event_id: str | None = None
        interval_seconds = FIRST_RETRY_AFTER_SECONDS
        while True:
            try:
                async for event_id, data in self._messages(path, query, last_event_id):
                    interval_seconds = FIRST_RETRY_AFTER_SECONDS
                    last_event_id = event_id or last_event_id
                    if data is not None:
                        yield json.loads(data)
            except OrderSyncError as error:
                if not error.retryable:
                    raise
            await asyncio.sleep(interval_seconds)
            interval_seconds = min(interval_seconds * 2, LONGEST_INTERVAL_SECONDS)

    async def _messages(
        self, path: str, query: Query, last_event_id: str | None
    ) -> AsyncIterator[tuple[str | None, str | None]]:
        headers = {"accept": "text/event-stream", **({"last-event-id": last_event_id} if last_event_id else {})}
        try:
            async with self._client.stream("GET", path, params=_given(query), headers=headers) as response:
                if not response.is_success:
                    raise self._error(response.status_code, _parsed((await response.aread()).decode()))
                if not response.headers.get("content-type", "").startswith("text/event-stream"):
                    raise self._not_ours()
                left = b""
                # Not aiter_lines, which also breaks lines at characters that JSON may hold, such as U+2028.
                async for piece in response.aiter_bytes():
                    *texts, left = (left + piece).split(b"\n\n")
                    for text in texts:
                        yield _field(text, b"id"), _field(text, b"data")
        except httpx.TransportError as error:
            raise self._unreachable() from error

    def _error(self, status: int, answer: Any) -> OrderSyncError:
        """Details are taken only from our own problems: another server might repeat the token that it was sent."""
        kind = str(answer.get("type")) if isinstance(answer, dict) else ""
        is_ours = kind.startswith(PROBLEM)
        detail = str(answer.get("detail")) if is_ours else f"status {status}"
        if kind == f"{PROBLEM}unknown-order":
            return OrderNotFoundError(detail)
        if kind == f"{PROBLEM}invalid-request":
            return InvalidQueryError(field_errors(answer.get("errors"), detail))
        if status == 401:
            return HttpRefusedError(f"{self._name} refuses the caller: {detail} (ORDER_SYNC_HTTP_TOKEN of the engine)")
        if status == 429 or status >= 500:
            return HttpUnavailableError(f"{self._name} cannot answer now: {detail}")
        return HttpRefusedError(f"{self._name} refuses the request: {detail}")

    def _unreachable(self) -> HttpUnavailableError:
        return HttpUnavailableError(f"{self._name} cannot be reached: check the address and that the engine runs")

    def _not_ours(self) -> HttpRefusedError:
        return HttpRefusedError(
            f"{self._name} is not order-sync's HTTP interface, or of another version: check the address"
        )


def _given(query: Query) -> dict[str, str]:
    return {name: value for name, value in query.items() if value is not None}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _field(text: bytes, name: bytes) -> str | None:
    prefix = name + b": "
    return next((line[len(prefix) :].decode() for line in text.split(b"\n") if line.startswith(prefix)), None)

"""The engine of the tests can read what its payload keys encrypt, and encrypts nothing itself."""

import asyncio
import base64
import json
from typing import Any

import pytest
from conftest import ENGINE, market_order
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import DataConverter

from order_sync import OrderSync, PayloadKeyMissingError
from order_sync.encryption import EncryptionCodec, encrypted_payloads

KEY = ENGINE["payloadKeys"].removeprefix("none").strip()
OTHER = "other:" + base64.b64encode(bytes(32)).decode()


def payloads_of(value: Any) -> list[Payload]:
    return DataConverter.default.payload_converter.to_payloads([value])


def test_the_engine_reads_what_is_encrypted_here(places: dict[str, Any]) -> None:
    request = market_order(order_configuration={"market_market_ioc": {"quote_size": "13.37"}})
    with OrderSync(**places, data_converter=encrypted_payloads(KEY)) as orders:
        orders.place(request)
        assert orders.wait(request.client_order_id).status == "completed"

    async def start() -> Payload:
        client = await Client.connect(places["temporal"])
        history = await client.get_workflow_handle(f"order-{request.client_order_id}").fetch_history()
        return history.events[0].workflow_execution_started_event_attributes.input.payloads[0]

    given = asyncio.run(start())
    assert given.metadata["encoding"] == b"binary/encrypted"
    assert b"13.37" not in given.data


def test_what_the_engine_encrypted_is_read_here() -> None:
    encrypted = json.loads(ENGINE["encrypted"])
    metadata = {name: base64.b64decode(value) for name, value in encrypted["metadata"].items()}
    payload = Payload(metadata=metadata, data=base64.b64decode(encrypted["data"]))
    [plain] = asyncio.run(EncryptionCodec(f"# the newest first\n{OTHER}\n{KEY}").decode([payload]))
    assert plain == payloads_of({"side": "BUY"})[0]


def test_a_key_that_is_missing_is_named() -> None:
    encrypted = asyncio.run(EncryptionCodec(OTHER).encode(payloads_of(1)))
    with pytest.raises(PayloadKeyMissingError, match='the key "other"'):
        asyncio.run(EncryptionCodec(KEY).decode(encrypted))


def test_a_change_is_found() -> None:
    [encrypted] = asyncio.run(EncryptionCodec(KEY).encode(payloads_of(1)))
    encrypted.data = encrypted.data[:-1] + bytes([encrypted.data[-1] ^ 1])
    with pytest.raises(PayloadKeyMissingError, match="it was changed"):
        asyncio.run(EncryptionCodec(KEY).decode([encrypted]))


def test_what_is_not_encrypted_comes_through() -> None:
    plain = payloads_of({"side": "BUY"})
    assert asyncio.run(EncryptionCodec(KEY).decode(plain)) == plain
    assert asyncio.run(EncryptionCodec(f"none {KEY}").encode(plain)) == plain


@pytest.mark.parametrize("keys", ["", "none", "k1:c2hvcnQ=", "k1"])
def test_keys_that_are_none_are_refused(keys: str) -> None:
    with pytest.raises(ValueError, match="payload key"):
        EncryptionCodec(keys)

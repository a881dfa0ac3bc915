"""
Encrypts what Temporal is given, where the engine has payload keys. Needs the extra ``encryption``::

    OrderSync(temporal, http, data_converter=encrypted_payloads(keys))
"""

from __future__ import annotations

import base64
import dataclasses
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, PayloadCodec

from .errors import PayloadKeyMissingError

ENCRYPTED = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE_BYTES = 12


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM, in the format of Temporal's samples: nonce, encrypted payload, tag."""

    def __init__(self, keys: str) -> None:
        """``keys`` as in ORDER_SYNC_PAYLOAD_KEYS: the first encrypts; ``none`` in its place encrypts nothing."""
        lines = [line for line in keys.splitlines() if not line.lstrip().startswith("#")]
        entries = [entry for line in lines for entry in line.split()]
        self._encrypts = entries[:1] != ["none"]
        self._keys = dict(_key(entry) for entry in entries[0 if self._encrypts else 1 :])
        if not self._keys:
            raise ValueError("there is no payload key: give those of the engine's ORDER_SYNC_PAYLOAD_KEYS")

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        if not self._encrypts:
            return list(payloads)
        key_id, key = next(iter(self._keys.items()))
        metadata = {"encoding": ENCRYPTED, KEY_ID: key_id.encode()}
        return [Payload(metadata=metadata, data=_encrypt(payload, key)) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [self._decrypt(payload) for payload in payloads]

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCRYPTED:
            return payload
        key_id = payload.metadata.get(KEY_ID, b"").decode()
        key = self._keys.get(key_id)
        if key is None:
            known = ", ".join(self._keys)
            raise PayloadKeyMissingError(
                f'the answer is encrypted with the key "{key_id}": add it to those given ({known})'
            )
        try:
            plain = key.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], None)
        except InvalidTag as error:
            why = "it was changed, or this is another key of that id"
            raise PayloadKeyMissingError(f'what the key "{key_id}" has encrypted cannot be read: {why}') from error
        return Payload.FromString(plain)


def encrypted_payloads(keys: str) -> DataConverter:
    """The ``data_converter`` of a client. ``keys`` are the engine's; raises ValueError where they are none."""
    return dataclasses.replace(DataConverter.default, payload_codec=EncryptionCodec(keys))


def _encrypt(payload: Payload, key: AESGCM) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, payload.SerializeToString(), None)


def _key(entry: str) -> tuple[str, AESGCM]:
    """Of an entry, which no message shows."""
    key_id, _, text = entry.partition(":")
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise ValueError("each payload key must be <id>:<32 bytes in Base64>: `order-sync payload-key` makes one")
    return key_id, AESGCM(key)

"""From the engine's JSON to the models, and from a request to the engine's JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from .errors import FieldError
from .models import OrderRequest

Model = TypeVar("Model")


def read(model: type[Model], answer: Mapping[str, Any]) -> Model:
    """``answer`` has the names of HTTP. Members that the model does not know are left out."""
    hints = _hints(cast("Any", model))
    return model(**{name: _value(hints[name], answer[name]) for name in hints})


def read_camel(model: type[Model], answer: Mapping[str, Any]) -> Model:
    """As ``read``, for the names that Temporal's payloads have."""
    return read(model, _snake_keys(answer))


def request_of(request: OrderRequest) -> dict[str, Any]:
    configuration = {
        kind: {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in terms.items()}
        for kind, terms in request.order_configuration.items()
    }
    policy = request.policy and {camel(name): value for name, value in request.policy.items()}
    return {
        "clientOrderId": request.client_order_id,
        "botId": request.bot_id,
        "productId": request.product_id,
        "side": request.side,
        "orderConfiguration": configuration,
        **({"policy": policy} if policy else {}),
    }


def field_errors(details: Any, otherwise: str) -> list[FieldError]:
    """What a refusal says of each wrong field; ``otherwise`` is its message where it names none."""
    if isinstance(details, list) and all(isinstance(detail, dict) for detail in details):
        return [FieldError(snake(str(detail.get("field"))), str(detail.get("message"))) for detail in details]
    return [FieldError("request", otherwise)]


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)


def _snake_keys(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {snake(key): _snake_keys(value) if isinstance(value, dict) else value for key, value in answer.items()}


@cache
def _hints(model: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(model)
    return {field.name: hints[field.name] for field in fields(model)}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) in (Union, UnionType):
        kind = next(option for option in get_args(kind) if option is not type(None))
    if kind is Decimal:
        return Decimal(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], item) for item in value)
    return read(cast("type[Any]", kind), value) if is_dataclass(kind) else value

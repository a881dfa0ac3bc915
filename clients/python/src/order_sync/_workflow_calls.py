"""The calls of an order's workflow. Everything here raises Temporal's own errors, but for OrderEndedError."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from ._translate import has_type
from .errors import OrderEndedError

WORKFLOW_TYPE = "orderWorkflow"

Answer = dict[str, Any]


@dataclass
class WorkflowCalls:
    client: Client
    task_queue: str

    async def update_with_start(self, request: Answer, update: str, argument: Answer) -> Answer:
        """
        Answers what the update answers, and starts the workflow with ``request`` where it does not run. A second run
        does no harm: every run reads the order's row first. A run that fails before it can answer raises its failure.
        """
        workflow_id = workflow_id_of(request["clientOrderId"])
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            WORKFLOW_TYPE,
            request,
            id=workflow_id,
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=_summary(request),
            priority=_priority(request),
        )
        try:
            answer: Answer = await self.client.execute_update_with_start_workflow(
                update, argument, start_workflow_operation=start, result_type=dict
            )
            return answer
        except WorkflowUpdateFailedError as error:
            # The server's own failure for an update whose workflow ended while its handler was waiting.
            if has_type(error.cause, "AcceptedUpdateCompletedWorkflow"):
                await self._handle(request["clientOrderId"]).result()
            raise

    async def state(self, client_order_id: str) -> Answer:
        try:
            answer: Answer = await self._handle(client_order_id).query("orderState", result_type=dict)
            return answer
        except WorkflowQueryFailedError:
            # This run has no row yet, or was refused and never had one.
            return await self._resume(client_order_id)

    async def outcome(self, client_order_id: str) -> Answer:
        """The order's end, without a worker where the workflow has closed already."""
        try:
            return await self._outcome(client_order_id)
        except WorkflowFailureError as error:
            refused = has_type(error.cause, "ClientOrderIdConflict") or has_type(error.cause, "InvalidOrderRequest")
            if not refused:
                raise
        # The last run was of a request that the engine refused, so it tells nothing of the order that has the id.
        state = await self._resume(client_order_id)
        if state["status"] in ("placing", "pending", "stale"):
            return await self._outcome(client_order_id)
        return state

    async def cancel(self, client_order_id: str, requester: Answer) -> None:
        """Starts a workflow where none runs, but for an order that has ended."""
        handle = self._handle(client_order_id)
        try:
            await handle.signal("cancelOrder", requester)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            # A closed workflow counts as not found, too. This one raises only where there is none.
            if (await handle.describe()).status == WorkflowExecutionStatus.COMPLETED:
                raise OrderEndedError(f"the order {client_order_id} has ended already") from error
            request = {"clientOrderId": client_order_id}
            await self.client.start_workflow(
                WORKFLOW_TYPE,
                request,
                id=workflow_id_of(client_order_id),
                task_queue=self.task_queue,
                static_summary=_summary(request),
                start_signal="cancelOrder",
                start_signal_args=[requester],
            )

    async def _outcome(self, client_order_id: str) -> Answer:
        """Follows the order from run to run: continued as new, reset or started again."""
        run_id = await self._latest_run(client_order_id)
        while True:
            try:
                return await self._handle(client_order_id, run_id).result()
            except WorkflowFailureError:
                latest = await self._latest_run(client_order_id)
                if latest == run_id:
                    raise
                run_id = latest

    async def _latest_run(self, client_order_id: str) -> str:
        return (await self._handle(client_order_id).describe()).run_id

    async def _resume(self, client_order_id: str) -> Answer:
        """The present state of an order that has a row, read by a run of its own where none is under way."""
        request = {"clientOrderId": client_order_id}
        return await self.update_with_start(request, "place", request)

    def _handle(self, client_order_id: str, run_id: str | None = None) -> WorkflowHandle[Any, Answer]:
        return self.client.get_workflow_handle(workflow_id_of(client_order_id), run_id=run_id, result_type=dict)


def workflow_id_of(client_order_id: str) -> str:
    return f"order-{client_order_id}"


def _priority(request: Answer) -> Priority:
    """Where a server can do that, tasks that wait there are given to workers bot by bot. It takes keys of 64 bytes."""
    return Priority(fairness_key=str(request.get("botId", "")).encode()[:64].decode(errors="ignore") or None)


def _summary(request: Answer) -> str:
    """What Temporal's lists show of the order: one line."""
    if "side" not in request:
        return "Goes on with the order where its row is"
    terms = (
        f"{kind} ({', '.join(f'{name} {value}' for name, value in fields.items())})"
        for kind, fields in request["orderConfiguration"].items()
    )
    line = " ".join([str(request["side"]), str(request["productId"]), *terms]) + f", bot {request['botId']}"
    return line[:90]

/**
 * One machine for all orders of a worker, which have their state apart from it: a machine for each was half of what a
 * workflow had in the heap. A function, because what a shared module exports is frozen.
 */
import { createOrderMachine, type OrderMachine } from '../../domain/order/machine.ts';

const machine = createOrderMachine(() => Date.now());

export function orderMachine(): OrderMachine {
  return machine;
}

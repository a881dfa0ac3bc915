/** How the workflows' failures are written: with their messages in payloads where a worker encrypts those. */
import { DefaultFailureConverter } from '@temporalio/common';

/** The name of a global variable, which such a worker sets before this code is loaded. */
export const ENCODED_FAILURES_SWITCH = '__ORDER_SYNC_ENCODED_FAILURES__';

export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: ENCODED_FAILURES_SWITCH in globalThis,
});

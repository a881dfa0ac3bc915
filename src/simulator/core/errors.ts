/** The ways in which the exchange says no. */

/** HTTP 400 `INVALID_ARGUMENT`: the request itself is malformed. */
export class InvalidArgument extends Error {
  override readonly name = 'InvalidArgument';
}

/** HTTP 404: no order (or product) has this id. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** HTTP 200 with `success: false`: understood, and refused. No order exists afterwards. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
  /** A NewOrderFailureReason. */
  readonly reason: string;
  /** A PreviewFailureReason. Coinbase gives some reasons here alone, with `reason` UNKNOWN_FAILURE_REASON. */
  readonly previewReason: string;

  constructor(reason: string, message: string, previewReason = 'UNKNOWN_PREVIEW_FAILURE_REASON') {
    super(message);
    this.reason = reason;
    this.previewReason = previewReason;
  }

  /** A refusal whose reason stands in `preview_failure_reason` only. */
  static inPreview(previewReason: string, message: string): OrderRefused {
    return new OrderRefused('UNKNOWN_FAILURE_REASON', message, previewReason);
  }
}

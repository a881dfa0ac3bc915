/** The errors that the exchange answers with. */

/** HTTP 400 `INVALID_ARGUMENT`: the request itself is malformed. */
export class InvalidArgument extends Error {
  override readonly name = 'InvalidArgument';
}

/** HTTP 404: no order (or product) has this id. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** HTTP 200 with `success: false`: a valid request that the exchange refuses. No order is created. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
  /** A NewOrderFailureReason. */
  readonly reason: string;
  /** A PreviewFailureReason. Coinbase gives some reasons only here, with UNKNOWN_FAILURE_REASON as `reason`. */
  readonly previewReason: string;

  constructor(reason: string, message: string, previewReason = 'UNKNOWN_PREVIEW_FAILURE_REASON') {
    super(message);
    this.reason = reason;
    this.previewReason = previewReason;
  }

  /** A refusal whose reason is given only in `preview_failure_reason`. */
  static inPreview(previewReason: string, message: string): OrderRefused {
    return new OrderRefused('UNKNOWN_FAILURE_REASON', message, previewReason);
  }
}

/** One wrong field of a request: where, what is wrong, and by that what would be right. */
export interface FieldError {
  /** A path such as `orderConfiguration.market_market_ioc.quote_size`. */
  field: string;
  message: string;
}

export function describeFieldErrors(errors: readonly FieldError[]): string {
  return errors.map((error) => `${error.field}: ${error.message}`).join('; ');
}

/** The refusal of a request with wrong fields, as Temporal's `ApplicationFailure.create` takes it. */
export function refusalOf(type: 'InvalidOrderRequest' | 'ClientOrderIdConflict', errors: readonly FieldError[]) {
  return { type, message: describeFieldErrors(errors), details: [errors], nonRetryable: true };
}

/** How a wrong value is shown: short, and with its type visible. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** No control characters and no unpaired surrogates: PostgreSQL cannot store all of them, and a row must read as it was written. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && ![...text].some((character) => character < ' ' || character === '\u007f');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

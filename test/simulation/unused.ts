/** Belongs to reconciliation, or to those who only read: no life has it. */
export function unused(): Promise<never> {
  return Promise.reject(new Error('no activity of an order or of the feed asks for this'));
}

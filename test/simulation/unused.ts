/** Belongs to those who only read, or to commands: no life has it. */
export function unused(): Promise<never> {
  return Promise.reject(new Error('no activity asks for this'));
}

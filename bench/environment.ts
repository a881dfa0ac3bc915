/** A torture or a benchmark runs on servers and an exchange of its own, whatever the environment names. */
export function forgetEnvironment(): void {
  const ours = /^(TEMPORAL_|COINBASE_|ORDER_SYNC_|DATABASE_URL$|RECONCILE_)/;
  for (const name of Object.keys(process.env)) {
    if (ours.test(name) && name !== 'TEMPORAL_CLI_PATH') delete process.env[name];
  }
}

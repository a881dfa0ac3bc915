/** What a child process may see of our environment, which holds the exchange's key. */

/** Where programs, folders and libraries are, and how text and time are written. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH'];

/** Never a `COINBASE_*`, `ORDER_SYNC_*` or `DATABASE_URL` of ours: a server's own users can read its environment. */
export function childEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

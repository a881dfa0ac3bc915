/** What a child process may see of our environment, which holds the exchange's key. */

/** Where programs, folders and libraries are, and how text and time are written. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH'];

/** Never a `COINBASE_*`, `ORDER_SYNC_*` or `DATABASE_URL` of ours: a server's own users can read its environment. */
export function childEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

/** Go's own settings, a compiler's, and the way to the Internet. */
const OF_GO = /^(GO(?!OGLE)[A-Z0-9]*|CGO_[A-Z_]+|CC|CXX|XDG_CACHE_HOME|XDG_CONFIG_HOME|(HTTPS?|NO|ALL)_PROXY)$/i;

/** For a build with Go. */
export function goEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ofGo = Object.entries(environment).filter(([name]) => OF_GO.test(name));
  return { ...childEnvironment(environment), ...Object.fromEntries(ofGo) };
}

/** Lines of progress, each with the seconds since the first was asked for; beside JSON they go to standard error. */
export function progress({ json }: { json: boolean }): (line: string) => void {
  const startedMs = Date.now();
  return (line) => {
    const elapsed = `${Math.round((Date.now() - startedMs) / 1000)} s`.padStart(6);
    (json ? process.stderr : process.stdout).write(`[${elapsed}] ${line}\n`);
  };
}

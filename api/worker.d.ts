export declare interface RunningWorker {
    /** Where the HTTP interface listens. */
    httpUrl: string;
    /** Resolves when the engine has stopped; rejects when it failed. */
    stopped: Promise<void>;
    /** Lets running tasks end within ten seconds, and closes every connection. Open orders continue at the next start. */
    stop(): Promise<void>;
}

export declare interface StartOptions {
    /** While Temporal or the database is not there yet, ends the wait for it: `startWorker` rejects with its reason. */
    stopWaiting?: AbortSignal;
}

/**
 * Starts the engine and its HTTP interface, with the settings of an environment (docs/operations.md), such as
 * `process.env`. Resolves when it polls. Once for each process, because Temporal's runtime is. Rejects with one sentence
 * that names the wrong setting, or what is out of reach.
 */
export declare function startWorker(environment: Readonly<Record<string, string | undefined>>, { stopWaiting }?: StartOptions): Promise<RunningWorker>;

export { }

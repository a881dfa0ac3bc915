/**
 * Settings of the Temporal server (its dynamic configuration) that differ from its defaults. The engine needs none of
 * them; with the first three an order costs the server a quarter less processor time.
 */
export const TEMPORAL_SETTINGS = {
  // An activity starts with the answer to the workflow task that asks for it, in place of a way of its own to the worker.
  'system.enableActivityEagerExecution': true,
  // By default a task queue has four parts, which pass tasks on to each other: for rates far above an exchange's.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // Tasks that wait are given to workers bot by bot, so that one which places a thousand orders lets the others through.
  'matching.enableFairness': true,
} as const;

/**
 * Of the server's process. Go collects its garbage each time that the heap has doubled; with room for five times the heap
 * an order costs the server an eighth less processor time, and the others who share the processor's caches less too.
 */
export const TEMPORAL_ENVIRONMENT = { GOGC: '400' } as const;

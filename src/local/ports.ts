/** Where the parts that `npm start` runs are found, all on 127.0.0.1. */
export const LOCAL_PORTS = {
  temporal: 7233,
  temporalUi: 8233,
  /** Not 5432, which a PostgreSQL of the machine's own would hold. */
  postgres: 54329,
  simulator: 8099,
  http: 8080,
} as const;

/** Loopback in figures: `localhost` may resolve to ::1, where the embedded servers don't listen. */
export const LOCAL_HOST = '127.0.0.1';

/** What `npm start` is about to do with real money, and where. */
import type { Settings } from '../engine/settings/settings.ts';
import { LOCAL_HOST, LOCAL_PORTS } from '../local/locations.ts';

/** Said before anything starts; nothing where only the simulated exchange is asked. */
export function livePlan({ live, coinbase, temporal, databaseUrl, http }: Settings, dataFolder: string): string[] {
  if (!live || coinbase === null) return [];
  const { restUrl, wsUrl, keyName } = coinbase;
  const place = (port: number): string => `${LOCAL_HOST}:${port}`;
  return [
    `ORDER_SYNC_LIVE=yes: orders are sent to ${restUrl}, with the key ${keyName}; changes come from ${wsUrl}.`,
    temporal.address === null
      ? `Temporal: a development server on ${place(LOCAL_PORTS.temporal)}, its UI on ${place(LOCAL_PORTS.temporalUi)}, data in ${dataFolder}/temporal. Every program on this machine can place orders through it; set TEMPORAL_ADDRESS to use another.`
      : `Temporal: ${temporal.address}, namespace ${temporal.namespace}.`,
    databaseUrl === null
      ? `PostgreSQL: an embedded one on ${place(LOCAL_PORTS.postgres)}, data and password in ${dataFolder}/postgres. These are the only records of your orders: back them up, or set DATABASE_URL to use another.`
      : `PostgreSQL: ${new URL(databaseUrl.reveal()).host}.`,
    `HTTP: ${http.host}:${http.port}, ${http.token === null ? 'without a token, for this machine only' : 'with a token'}.`,
    'The simulated exchange is not started.',
  ];
}

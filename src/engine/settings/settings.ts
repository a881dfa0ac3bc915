/** The settings of a process: read once, from the environment, all of them checked before anything starts. */
import { accessSync, constants } from 'node:fs';
import { LOG_LEVELS, type LogLevel } from '../../process/log.ts';
import { NO_KEYS, readPayloadKeys, type PayloadKeys } from '../../encryption/payload-keys.ts';
import { isLoopback } from '../../process/loopback.ts';
import { Secret } from '../../process/secret.ts';
import { readCoinbase, type CoinbaseAccess } from './coinbase.ts';
import { EnvironmentReader, SettingsError, type Environment } from './environment.ts';
import { readTemporal, type TemporalSettings } from './temporal.ts';

export interface Settings {
  temporal: TemporalSettings;
  /** What Temporal is given is encrypted with them. */
  payloadKeys: PayloadKeys;
  /** Null: the embedded PostgreSQL. */
  databaseUrl: Secret | null;
  /** Null: the simulated exchange. */
  coinbase: CoinbaseAccess | null;
  /** The operator's `ORDER_SYNC_LIVE=yes`: requests may go beyond loopback. */
  live: boolean;
  /** REST budget of the whole deployment. */
  requestsPerSecond: number;
  /** Token and file of tokens are null only on loopback; port 0 takes a free one. */
  http: { host: string; port: number; token: Secret | null; tokensFile: string | null; temporalUiUrl: string | null };
  /** How long Temporal and the database are waited for when they are not there at the start. */
  startWithinSeconds: number;
  /** Null: alerts go to the log only. */
  alertWebhookUrl: Secret | null;
  /** Called after each complete run of reconciliation. Null: nobody outside watches. */
  heartbeatUrl: Secret | null;
  reconcileEverySeconds: number;
  /** Of the keys that sign the transparency log's heads. Null: one beside the local data. */
  auditKeyFile: string | null;
  /** To which the published heads are appended. Null: one beside the local data. */
  auditHeadsFile: string | null;
  /** Of the histories of closed runs. `keepDays` null: for ever; `buildsFolder` null: beside the other local state. */
  archive: { everySeconds: number; keepDays: number | null; buildsFolder: string | null };
  /** Less important messages are left out of the log. */
  logLevel: LogLevel;
}

/** The exchange that the settings name, with its key; null: the simulated exchange. */
export function exchangeAccess({ coinbase, live, requestsPerSecond }: Settings) {
  return coinbase && { ...coinbase, privateKey: coinbase.privateKey.reveal(), requestsPerSecond, live };
}

const DATABASE_EXAMPLE = 'postgresql://user:password@host:5432/database';
const UI_EXAMPLE = 'https://temporal-ui.example';
const WEBHOOK_EXAMPLE = 'https://alerts.example/hook';
const HEARTBEAT_EXAMPLE = 'https://hc-ping.com/<uuid>';

/** Throws SettingsError, which lists every wrong setting with its remedy. The result is safe to log. */
export function readSettings(environment: Environment): Settings {
  const reader = new EnvironmentReader(environment);
  const live = reader.yes('ORDER_SYNC_LIVE');
  const settings: Settings = {
    temporal: readTemporal(reader),
    payloadKeys: readKeys(reader),
    databaseUrl: secret(readDatabaseUrl(reader)),
    coinbase: readCoinbase(reader, live),
    live,
    requestsPerSecond: reader.integer('COINBASE_REQUESTS_PER_SECOND', 30, 1, 1000),
    http: readHttp(reader),
    startWithinSeconds: reader.integer('ORDER_SYNC_START_WITHIN_SECONDS', 60, 0, 3_600),
    alertWebhookUrl: secret(reader.webUrl('ORDER_SYNC_ALERT_WEBHOOK_URL', WEBHOOK_EXAMPLE)),
    heartbeatUrl: secret(reader.webUrl('ORDER_SYNC_HEARTBEAT_URL', HEARTBEAT_EXAMPLE)),
    reconcileEverySeconds: reader.integer('RECONCILE_EVERY_SECONDS', 60, 1, 86_400),
    auditKeyFile: reader.text('ORDER_SYNC_AUDIT_KEY_FILE'),
    auditHeadsFile: reader.text('ORDER_SYNC_AUDIT_HEADS_FILE'),
    archive: {
      everySeconds: reader.integer('ARCHIVE_EVERY_SECONDS', 300, 1, 86_400),
      keepDays:
        reader.text('ORDER_SYNC_HISTORY_DAYS') === null
          ? null
          : reader.integer('ORDER_SYNC_HISTORY_DAYS', 1, 1, 36_500),
      buildsFolder: reader.text('ORDER_SYNC_BUILDS_DIR'),
    },
    logLevel: reader.oneOf('ORDER_SYNC_LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  if (reader.errors.length > 0) throw new SettingsError(reader.errors);
  return settings;
}

function readKeys(reader: EnvironmentReader): PayloadKeys {
  const text = reader.text('ORDER_SYNC_PAYLOAD_KEYS');
  try {
    return text === null ? NO_KEYS : readPayloadKeys(text);
  } catch (error) {
    reader.wrong('ORDER_SYNC_PAYLOAD_KEYS', (error as Error).message);
    return NO_KEYS;
  }
}

/** The files that it names are read at each connection, and are looked for now. */
function readDatabaseUrl(reader: EnvironmentReader): string | null {
  const text = reader.url('DATABASE_URL', ['postgres', 'postgresql'], DATABASE_EXAMPLE);
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = URL.parse(text ?? '')?.searchParams.get(name) ?? null;
    if (file === null) continue;
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      reader.wrong('DATABASE_URL', `names a file (${name}) that cannot be read: ${(error as Error).message}`);
    }
  }
  return text;
}

function readHttp(reader: EnvironmentReader): Settings['http'] {
  const host = reader.text('ORDER_SYNC_HTTP_HOST') ?? '127.0.0.1';
  const port = reader.integer('ORDER_SYNC_HTTP_PORT', 8080, 0, 65_535);
  const token = reader.text('ORDER_SYNC_HTTP_TOKEN');
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    reader.wrong('ORDER_SYNC_HTTP_TOKEN', 'must be printable ASCII without spaces, to fit into a header');
  }
  const tokensFile = reader.text('ORDER_SYNC_HTTP_TOKENS_FILE');
  if (token === null && tokensFile === null && !isLoopback(host)) {
    const ways = 'set one, or ORDER_SYNC_HTTP_TOKENS_FILE, or listen on 127.0.0.1';
    reader.wrong('ORDER_SYNC_HTTP_TOKEN', `is required to listen on ${host}; ${ways}`);
  }
  const temporalUiUrl = reader.url('ORDER_SYNC_TEMPORAL_UI_URL', ['http', 'https'], UI_EXAMPLE);
  return { host, port, token: secret(token), tokensFile, temporalUiUrl };
}

function secret(value: string | null): Secret | null {
  return value === null ? null : new Secret(value);
}

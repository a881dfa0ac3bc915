/** Where Temporal is, by Temporal's own environment configuration. */
import { existsSync } from 'node:fs';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { Secret } from '../../process/secret.ts';
import type { EnvironmentReader } from './environment.ts';

export interface TemporalSettings {
  /** Null: the embedded development server. */
  address: string | null;
  /** To be given to every client and worker beside the connection, which does not carry it. */
  namespace: string;
  /** For `Connection.connect` and `NativeConnection.connect`; holds the API key and the TLS key. */
  connectionOptions: Secret<ClientConnectConfig['connectionOptions']>;
  /** Of the worker deployment whose versions the workers are. Null: they have no versions. */
  deploymentName: string | null;
}

/**
 * `TEMPORAL_ADDRESS` and the others of `@temporalio/envconfig`. The configuration file is read only where
 * `TEMPORAL_CONFIG_FILE` or `TEMPORAL_PROFILE` names it: one that lies in the home folder for the Temporal CLI must not
 * turn a trial on the embedded server into one on somebody's cloud.
 */
export function readTemporal(reader: EnvironmentReader): TemporalSettings {
  const config = load(reader);
  const address = config.connectionOptions.address ?? null;
  const secured = config.connectionOptions.apiKey !== undefined || typeof config.connectionOptions.tls === 'object';
  if (address === null && secured) {
    reader.wrong(
      'TEMPORAL_ADDRESS',
      'is missing, although an API key or TLS is set: give host and port, such as host.example:7233',
    );
  }
  return {
    address,
    namespace: config.namespace ?? 'default',
    connectionOptions: new Secret(config.connectionOptions),
    deploymentName: readDeploymentName(reader),
  };
}

/** It is part of queries, and Temporal itself takes neither `.` nor `:`. */
function readDeploymentName(reader: EnvironmentReader): string | null {
  const name = reader.text('ORDER_SYNC_DEPLOYMENT_NAME');
  if (name !== null && !/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name))
    reader.wrong('ORDER_SYNC_DEPLOYMENT_NAME', 'must be at most 100 letters, digits, - and _, such as order-sync');
  return name;
}

function load(reader: EnvironmentReader): ClientConnectConfig {
  const file = reader.text('TEMPORAL_CONFIG_FILE');
  // The library passes over a missing file in silence.
  if (file !== null && !existsSync(file))
    reader.wrong('TEMPORAL_CONFIG_FILE', `names a file that does not exist: ${file}`);
  const disableFile = file === null && reader.text('TEMPORAL_PROFILE') === null;
  try {
    return loadClientConnectConfig({ disableFile, overrideEnvVars: reader.startingWith('TEMPORAL_') });
  } catch (error) {
    // The first line alone: what follows in a TOML error is the file itself.
    const [reason] = String(error).split('\n');
    reader.wrong('TEMPORAL_*', `cannot be read: ${reason}; see Temporal's environment configuration`);
    return { connectionOptions: {} };
  }
}

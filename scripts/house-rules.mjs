import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const DOMAIN = ['src/domain/', 'big.js', 'xstate'];
const PORTS = [...DOMAIN, 'src/ports/'];
/** Around the domain: what adapters and interfaces may all use. */
const COMMON = [...PORTS, 'src/encryption/', 'src/process/', 'node:'];
const ADAPTERS = ['src/coinbase/', 'src/database/', 'src/temporal/', 'src/alerts/', 'src/metrics/', 'src/client/'];
const SETTINGS = 'src/engine/settings/';

/**
 * What each room of `src/` may import besides itself: rooms of the project, and packages by name. Imports point inward,
 * from the composition over the adapters to the domain; two adapters do not know each other.
 */
const LAYERS = [
  {
    folder: 'src/domain/',
    allows: DOMAIN,
    remedy: 'the rules are pure: import nothing outside src/domain but xstate and big.js',
  },
  { folder: 'src/ports/', allows: PORTS, remedy: 'ports know only src/domain' },
  {
    folder: 'src/workflows/',
    allows: [...PORTS, '@temporalio/workflow', '@temporalio/common'],
    remedy: "workflows run in Temporal's sandbox: import activities as types only, and no Node built-in at all",
    anyTypes: true,
  },
  {
    folder: 'src/activities/',
    allows: [...PORTS, '@temporalio/activity', '@temporalio/common', 'p-queue'],
    remedy: 'activities know exchange and database by their ports only',
  },
  {
    folder: 'src/client/',
    allows: ['src/domain/', 'src/encryption/', 'node:', '@temporalio/client', '@temporalio/common'],
    remedy:
      'a bot imports the client: only @temporalio/client, @temporalio/common, Node itself, src/domain and src/encryption, and src/ports for types',
    anyTypes: true,
  },
  {
    folder: 'src/simulator/',
    allows: ['node:', 'big.js', 'fastify', 'jose', 'selfsigned', 'ws'],
    remedy: 'the simulator stands alone: import nothing of the engine',
  },
  {
    folder: 'src/process/',
    allows: ['node:', '@temporalio/common', 'p-retry', 'pino', 'pino-pretty'],
    remedy: 'every room may use it: it knows none',
  },
  {
    folder: 'src/encryption/',
    allows: [
      'node:',
      'src/domain/',
      'src/process/secret.ts',
      '@temporalio/common',
      '@temporalio/common/',
      '@temporalio/proto',
    ],
    remedy: 'client and engine share it: it knows neither',
  },
  {
    folder: 'src/coinbase/',
    allows: [...COMMON, 'jose', 'ws'],
    remedy: 'the exchange adapter knows src/domain, src/ports and src/process only',
  },
  {
    folder: 'src/database/',
    allows: [...COMMON, '@mikro-orm/'],
    remedy: 'the database adapter knows src/domain, src/ports and src/process only',
  },
  {
    folder: 'src/temporal/',
    allows: [...COMMON, 'src/workflows/runtime/failure-converter.ts', '@temporalio/'],
    remedy: 'the Temporal adapter knows src/domain, src/ports and src/process only; it names workflows by their type',
  },
  {
    folder: 'src/alerts/',
    allows: [...COMMON, 'p-retry', 'prom-client'],
    remedy: 'alerts know src/domain, src/ports and src/process only',
  },
  {
    folder: 'src/metrics/',
    allows: [...COMMON, 'prom-client'],
    remedy: 'metrics wrap the ports: the rooms that they look at know nothing of them',
  },
  {
    folder: 'src/audit/',
    allows: [
      ...COMMON,
      'src/temporal/',
      'src/activities/order/',
      'src/activities/runtime/in-parallel.ts',
      'src/workflows/runtime/',
      'src/http/page/html.ts',
      '@temporalio/',
      'big.js',
      'canonicalize',
      'csv-stringify/sync',
    ],
    remedy: "the audit compares what it is given: it knows src/temporal and the shapes of the activities' answers",
  },
  {
    folder: 'src/commands/',
    allows: [...COMMON, 'src/client/', 'src/activities/runtime/in-parallel.ts'],
    remedy: 'what a person asks of orders, by command line or HTTP: it acts through src/client and src/ports',
  },
  {
    folder: 'src/http/',
    allows: [
      ...COMMON,
      'src/client/',
      'src/commands/',
      'fastify',
      '@fastify/',
      'typebox',
      'typebox/',
      'prom-client',
      'uplot',
    ],
    remedy:
      'the HTTP interface acts through src/client and src/ports: declare what it needs in src/http/dependencies.ts',
  },
  {
    folder: SETTINGS,
    allows: [...COMMON, 'src/coinbase/auth/', '@temporalio/envconfig'],
    remedy: 'settings only read',
  },
  {
    folder: 'src/engine/',
    allows: [
      ...COMMON,
      ...ADAPTERS,
      'src/activities/',
      'src/audit/log/',
      'src/commands/',
      'src/http/',
      '@temporalio/worker',
      'prom-client',
    ],
    remedy: 'the engine composes; the command line, the embedded servers and the simulator are outside of it',
  },
  {
    folder: 'src/local/',
    allows: [...COMMON, 'src/simulator/', 'src/coinbase/connect.ts', SETTINGS, '@temporalio/'],
    remedy: 'the embedded servers know the simulator and the settings, not the engine',
  },
  {
    folder: 'src/cli/',
    allows: [
      ...COMMON,
      ...ADAPTERS,
      'src/audit/',
      'src/commands/',
      'src/local/',
      'src/simulator/',
      SETTINGS,
      '@temporalio/',
      'commander',
      'csv-parse/sync',
      'p-queue',
      'picocolors',
    ],
    remedy: 'a command runs without the engine: only its settings',
  },
  {
    folder: 'src/dev/',
    allows: [...COMMON, 'src/temporal/', 'src/client/', 'src/simulator/', 'src/local/', 'src/engine/', 'src/cli/'],
    remedy: 'src/dev starts the engine with embedded servers: adapters are for src/engine to compose',
  },
  {
    folder: 'src/main.ts',
    allows: ['node:', 'src/cli/', 'src/dev/', 'src/process/', 'src/worker.ts'],
    remedy: 'the command order-sync gives its commands what they may not know: the engine',
  },
  {
    folder: 'src/worker.ts',
    allows: ['src/engine/', 'src/process/', 'src/temporal/', 'src/local/'],
    remedy: 'it reads the settings, and starts the engine with them',
  },
];

/** Each is looked for line by line. */
const PHRASES = [
  { pattern: /\b(TODO|FIXME)\b/, remedy: 'do it now, or leave it out' },
  {
    pattern: /@ts-(ignore|nocheck|expect-error)|oxlint-disable|eslint-disable|prettier-ignore/,
    remedy: 'mend the cause',
  },
  { pattern: /\bas any\b(?=\s*([)\];,|&>}[]|as\b|$))/, remedy: 'narrow the type, or parse the value' },
  {
    pattern: /\b(it|test|describe)\.(only|skip|todo)\b|\b(fit|fdescribe|xit|xtest|xdescribe)\(/,
    remedy: 'every test runs',
  },
  { pattern: /\bparseFloat\(/, remedy: 'money is never a floating-point number: use big.js' },
  {
    pattern: /\b(Number|parseInt)\([^)]*(price|size|fee|\w_?value|commission|amount)/i,
    remedy: 'money is never a floating-point number: use big.js',
    folder: 'src/',
  },
];

const MAX_LINES = 400;
/** They speak of the phrases that are looked for. */
const OF_PHRASES = new Set(['scripts/house-rules.mjs', 'test/scripts/house-rules.test.ts']);

/** All breaches of the house rules below a folder that holds the project, each as `file:line: what is wrong: remedy`. */
export function houseRuleFindings(root) {
  return ['src', 'test', 'scripts', 'bin', 'bench']
    .flatMap((folder) => sourceFiles(join(root, folder)))
    .flatMap((path) => {
      const file = relative(root, path).split(sep).join('/');
      const lines = readFileSync(path, 'utf8').split('\n');
      return [
        ...lengthFindings(file, lines),
        ...(OF_PHRASES.has(file) ? [] : phraseFindings(file, lines)),
        ...importFindings(file, lines.join('\n')),
      ];
    });
}

function sourceFiles(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile() && /\.(ts|js|mjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function lengthFindings(file, lines) {
  return lines.length - 1 <= MAX_LINES
    ? []
    : [`${file}:${MAX_LINES + 1}: ${lines.length - 1} lines: divide the file, ${MAX_LINES} are the most`];
}

function phraseFindings(file, lines) {
  const rules = PHRASES.filter(({ folder = '' }) => file.startsWith(folder));
  return lines.flatMap((line, index) =>
    rules.flatMap(({ pattern, remedy }) => {
      const found = pattern.exec(line);
      return found ? [`${file}:${index + 1}: "${found[0]}": ${remedy}`] : [];
    }),
  );
}

function importFindings(file, text) {
  if (!file.startsWith('src/')) return [];
  const layer = LAYERS.find(({ folder }) => file.startsWith(folder));
  if (layer === undefined)
    return [`${file}:1: belongs to no layer: say in scripts/house-rules.mjs what its folder may import`];
  const allowed = [layer.folder, ...layer.allows];
  return importsOf(file, text).flatMap(({ to, typeOnly, line }) => {
    const isAllowed = allowed.some((entry) => (/[/:]$/.test(entry) ? to.startsWith(entry) : to === entry));
    return isAllowed || (typeOnly && layer.anyTypes) ? [] : [`${file}:${line}: imports ${to}: ${layer.remedy}`];
  });
}

/** Imports and re-exports, with relative ones as paths from the root, and whether nothing but types comes from there. */
function importsOf(file, text) {
  const names = String.raw`(?<type>type\s+)?(?<names>\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*\{[^}]*\})?)`;
  const statement = new RegExp(
    String.raw`^(?:import|export)\s+${names}\s+from\s+'(?<from>[^']+)'|(?:^import\s+|\bimport\()'(?<bare>[^']+)'`,
    'gm',
  );
  return [...text.matchAll(statement)].map(({ groups, index }) => {
    const from = groups.from ?? groups.bare;
    const to = from.startsWith('.') ? join(dirname(file), from).split(sep).join('/') : from;
    return {
      to,
      typeOnly: groups.type !== undefined || onlyTypes(groups.names),
      line: text.slice(0, index).split('\n').length,
    };
  });
}

/** `import { type A, type B } from`: with verbatim module syntax this still loads the module, but nothing of it is used. */
function onlyTypes(names = '') {
  const list = /^\{(.*)\}\s*$/s
    .exec(names.trim())?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return list !== undefined && list.length > 0 && list.every((name) => name.startsWith('type '));
}

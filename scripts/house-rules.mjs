import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** What each room of `src/` may import: rooms of the project, and packages by name. The first rule that fits a file's path holds. */
const DOMAIN = ['src/domain/', 'big.js', 'xstate'];
const PORTS = [...DOMAIN, 'src/ports/'];
const LAYERS = [
  {
    folder: 'src/domain/',
    allows: DOMAIN,
    remedy: 'the rules are pure: import nothing outside src/domain but xstate and big.js',
    evenTypes: true,
  },
  { folder: 'src/ports/', allows: PORTS, remedy: 'ports know only src/domain', evenTypes: true },
  {
    folder: 'src/workflows/',
    allows: [...PORTS, 'src/workflows/', '@temporalio/workflow', '@temporalio/common'],
    remedy: "workflows run in Temporal's sandbox: import activities as types only, and no Node built-in at all",
  },
  {
    folder: 'src/activities/',
    allows: [...PORTS, 'src/activities/', '@temporalio/activity', '@temporalio/common', 'p-queue'],
    remedy: 'activities know exchange and database by their ports only',
    evenTypes: true,
  },
  {
    folder: 'src/simulator/',
    allows: ['src/simulator/', 'node:', 'big.js', 'fastify', 'jose', 'ws'],
    remedy: 'the simulator stands alone: import nothing of the engine',
    evenTypes: true,
  },
  {
    folder: 'src/client/',
    allows: ['src/client/', 'src/domain/', 'node:', '@temporalio/client', '@temporalio/common'],
    remedy:
      'a bot imports the client: only @temporalio/client, @temporalio/common, Node itself and src/domain, and src/ports for types',
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

const MOST_LINES = 400;
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
  return lines.length - 1 <= MOST_LINES
    ? []
    : [`${file}:${MOST_LINES + 1}: ${lines.length - 1} lines: divide the file, ${MOST_LINES} are the most`];
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
  const layer = LAYERS.find(({ folder }) => file.startsWith(folder));
  if (layer === undefined) return [];
  return importsOf(file, text).flatMap(({ to, typeOnly, line }) => {
    const isAllowed = layer.allows.some((entry) => (/[/:]$/.test(entry) ? to.startsWith(entry) : to === entry));
    const allowed = (typeOnly && !layer.evenTypes) || isAllowed;
    return allowed ? [] : [`${file}:${line}: imports ${to}: ${layer.remedy}`];
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

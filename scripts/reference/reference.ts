/** `npm run reference`: writes docs/reference.md from the code. With `--check`, as in `npm run check`, it says whether that is up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALERT_RULES } from '../monitoring/rules.ts';
import { commandReference } from './commands.ts';
import { httpReference } from './http.ts';
import { table } from './table.ts';
import { tableReference } from './tables.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reference.md');

const page = `# Reference

<!-- generated from the code by \`npm run reference\`: do not edit -->

[Settings](operations.md#settings) and [metrics](operations.md#metrics) stand in operations.md, where tests compare them
with the code; what can be imported stands in \`api/\`.

## Commands

Of \`order-sync\`; \`--help\` after each explains it by example, \`--json\` prints JSON.

${commandReference()}

## HTTP

\`GET /openapi.json\` has the whole description, with every field.

${await httpReference()}

## Tables

${await tableReference()}

## Alerts of Prometheus

In \`monitoring/alerts.yaml\`.

${alertReference()}
`;

if (!process.argv.includes('--check')) await writeFile(PAGE, page);
else if ((await readFile(PAGE, 'utf8').catch(() => '')) !== page) {
  process.stdout.write('docs/reference.md: differs from the code\n');
  process.exitCode = 1;
}

function alertReference(): string {
  const rows = ALERT_RULES.map(({ name, severity, summary, remedy }) => [name, severity, summary, remedy]);
  return table(['alert', 'severity', 'meaning', 'what to do'], rows);
}

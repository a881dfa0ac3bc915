/** How whoever wants to hide something could change a bundle, and what has to be said of each way. */
import { hash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { signCheckpoint } from '../../../src/audit/log/checkpoint.ts';
import { hashOfLeaf, leafOf, type Leaf } from '../../../src/audit/log/leaf.ts';
import { encodeVerifierKey } from '../../../src/audit/log/signed-note.ts';
import { memoryTree } from '../log/memory-tree.ts';
import { fileOf, testKey, type BundleCopy } from './exported.ts';

type Row = Record<string, unknown>;
type Way = readonly [what: string, change: (copy: BundleCopy) => void, found: RegExp];

/** @param orders - Known when the first is tampered with. */
export function waysToTamper(orders: () => { filled: string; twice: string }): Way[] {
  return [
    [
      'an event that was changed',
      (copy) =>
        copy.editJson<Row[]>(fileOf(orders().filled, 'events.json'), (rows) => {
          (rows[3] as Row)['requested_by'] = 'nobody';
        }),
      /event \d+ \(observed of \S+\) is not what the log has as leaf \d+/,
    ],
    [
      'an event that is missing',
      (copy) => copy.editJson<Row[]>(fileOf(orders().filled, 'events.json'), (rows) => rows.toSpliced(3, 1)),
      /event \d+, leaf \d+ of the log, is missing/,
    ],
    [
      'an event that is missing with its proof',
      (copy) => {
        let ref = '';
        copy.editJson<Row[]>(fileOf(orders().filled, 'events.json'), (rows) => {
          ref = String(rows[3]?.['id']);
          return rows.toSpliced(3, 1);
        });
        copy.editJson<Row[]>(fileOf(orders().filled, 'proofs.json'), (rows) =>
          rows.filter((row) => row['kind'] !== 'event' || row['ref'] !== ref),
        );
      },
      /begins at completed, after placing/,
    ],
    [
      'an event that was inserted',
      (copy) =>
        copy.editJson<Row[]>(fileOf(orders().twice, 'events.json'), (rows) => [
          ...rows,
          { ...rows.at(-1), id: '999999', cause: 'manual_sync', requested_by: 'mallory', fact_key: 'sync/mallory' },
        ]),
      /event 999999 \(manual_sync of \S+\) is not in the log, which has what was written after it/,
    ],
    [
      'events that were reordered',
      (copy) =>
        copy.editJson<Row[]>(fileOf(orders().filled, 'events.json'), (rows) => {
          [(rows[1] as Row)['id'], (rows[2] as Row)['id']] = [rows[2]?.['id'], rows[1]?.['id']];
        }),
      /event \d+ \(\w+ of \S+\) is not what the log has/,
    ],
    [
      'a fill that was changed',
      (copy) =>
        copy.editJson<Row[]>(fileOf(orders().filled, 'fills.json'), (rows) => {
          (rows[0] as Row)['commission'] = '0.1';
        }),
      /fill \S+ is not what the log has as leaf \d+/,
    ],
    [
      'a fill that is missing',
      (copy) => copy.editJson<Row[]>(fileOf(orders().filled, 'fills.json'), (rows) => rows.slice(1)),
      /fill \S+, leaf \d+ of the log, is missing/,
    ],
    [
      "another order's event",
      (copy) => {
        const events = JSON.parse(readFileSync(copy.path(fileOf(orders().twice, 'events.json')), 'utf8')) as Row[];
        copy.editJson<Row[]>(fileOf(orders().filled, 'events.json'), (rows) => [...rows, events.at(-1) as Row]);
      },
      /event \d+ \(\w+ of \S+\) is that of another order/,
    ],
    [
      'a figure of the trade',
      (copy) =>
        copy.editJson<Row>(fileOf(orders().filled, 'trade.json'), (row) => {
          row['total_fees'] = '0';
        }),
      /the events leave the row with totalFees "\S+", but it has "0"/,
    ],
    [
      'a history that was changed',
      (copy) => copy.edit(historyOf(copy, orders().filled), (text) => text.replace(/"attempt": ?1/, '"attempt":2')),
      /the history of run \S+ does not hash to what was archived: its SHA-256 is/,
    ],
    [
      'a history that was cut short, with an archive that fits it',
      (copy) => {
        const name = historyOf(copy, orders().filled);
        copy.editJson<{ events: Row[] }>(name, (history) => ({ events: history.events.slice(0, -1) }));
        copy.editJson<{ rows: Row[] }>(fileOf(orders().filled, 'archive.json'), ({ rows: [row] }) => {
          const text = readFileSync(copy.path(name));
          Object.assign(row ?? {}, { sha256: hash('sha256', text), event_count: Number(row?.['event_count']) - 1 });
        });
      },
      /the history of run \S+ ends with EVENT_TYPE_\w+, but the run is COMPLETED/,
    ],
    [
      'a history that is missing',
      (copy) => rmSync(copy.path(historyOf(copy, orders().filled))),
      /the history of run \S+ is gone: the bundle does not hold it/,
    ],
    [
      'an archived run that was changed',
      (copy) =>
        copy.editJson<{ rows: Row[] }>(fileOf(orders().filled, 'archive.json'), ({ rows: [row] }) => {
          Object.assign(row ?? {}, { closed_at: '2020-01-01T00:00:00.000000Z' });
        }),
      /archive \S+ is not what the log has as leaf \d+/,
    ],
    [
      'an archived run that is missing',
      (copy) => {
        rmSync(copy.path(historyOf(copy, orders().filled)));
        copy.editJson<Row>(fileOf(orders().filled, 'archive.json'), () => ({ runs: [], rows: [] }));
      },
      /archive \S+, leaf \d+ of the log, is missing/,
    ],
    [
      'a build that was replaced',
      (copy) => copy.edit(copy.names('.js')[0] ?? '', (text) => `${text}\n// and more`),
      /the code of build \S+, which wrote run \S+, was replaced: its SHA-256 is/,
    ],
    [
      'a build that is missing',
      (copy) => rmSync(copy.path(copy.names('.js')[0] ?? '')),
      /the code of build \S+, which wrote run \S+, is missing/,
    ],
    [
      'the table of orders',
      (copy) => copy.edit('orders.csv', (text) => text.replace('bot7', 'somebody')),
      /orders\.csv, line 2: it is ".*somebody.*", and the orders make ".*bot7/,
    ],
    [
      'the table of executions',
      (copy) => copy.edit('executions.csv', (text) => text.replace(/,H,/, ',F,')),
      /executions\.csv, line \d+: it is/,
    ],
    [
      'what the clocks showed, which is gone',
      (copy) => rmSync(copy.path('clock-offsets.json')),
      /clock-offsets\.json: it is missing/,
    ],
    [
      'what the clocks showed, which is nonsense',
      (copy) => copy.edit('clock-offsets.json', (text) => text.replace('-1250', '"none"')),
      /clock-offsets\.json: a row has no process, clock, offset_ms or measured_at/,
    ],
    [
      'an order that was taken out',
      (copy) => rmSync(copy.path(`orders/${orders().twice}`), { recursive: true }),
      /the manifest counts 2 orders, and lists files of 1/,
    ],
    [
      'a head that was signed by another key of the same name',
      (copy) => forgeHead(copy, orders().filled, { announced: false }),
      /checkpoint\.txt: the note is signed by none of the known keys/,
    ],
    [
      'a log that was written anew, with a head and a key of its own',
      (copy) => forgeHead(copy, orders().filled, { announced: true }),
      /checkpoint\.txt: the note is signed by none of the known keys/,
    ],
    [
      'a checkpoint that is gone',
      (copy) => rmSync(copy.path('checkpoint.txt')),
      /checkpoint\.txt is missing, whose keys the manifest names/,
    ],
  ];
}

function historyOf(copy: BundleCopy, clientOrderId: string): string {
  return copy.names('.history.json').find((name) => name.includes(clientOrderId)) ?? '';
}

/** Changes an event, computes the whole tree again, and signs its root. */
function forgeHead(copy: BundleCopy, filled: string, { announced }: { announced: boolean }): void {
  const forger = testKey();
  const leaf = {
    ...(JSON.parse(readFileSync(copy.path(fileOf(filled, 'events.json')), 'utf8'))[0] as Leaf),
    reason: 'forged',
  };
  const tree = memoryTree([hashOfLeaf(leafOf('event', leaf))]);
  const head = { origin: forger.name, size: 1, root: tree.rootOf(1) };
  writeFileSync(copy.path('checkpoint.txt'), signCheckpoint(head, [forger]));
  if (announced) copy.editManifest((manifest) => (manifest.verifier_keys = [encodeVerifierKey(forger)]));
}

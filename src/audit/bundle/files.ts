/** The layout of a bundle: which files it has, and what each is called. */
export const MANIFEST = 'manifest.json';
export const CHECKPOINT = 'checkpoint.txt';
export const ORDERS_CSV = 'orders.csv';
export const EXECUTIONS_CSV = 'executions.csv';
export const CLOCK_OFFSETS = 'clock-offsets.json';

/** The folder of the builds' code. */
export const BUILDS = 'builds/';

/** Of an order's folder, besides the histories. */
export const ORDER_FILES = ['trade.json', 'events.json', 'fills.json', 'archive.json', 'proofs.json'] as const;
export type OrderFile = (typeof ORDER_FILES)[number];

/** A client order id may begin with a dot, as `..` does; a folder's name may not. */
const FOLDER = '(?:%2E)?[A-Za-z0-9._-]*';
const RUN = '[0-9a-f][0-9a-f-]{7,63}';
const NAMES = [
  CHECKPOINT.replace('.', '\\.'),
  CLOCK_OFFSETS.replace('.', '\\.'),
  '(?:orders|executions)\\.csv',
  'builds/[0-9a-f]{16}\\.js',
  `orders/(?:${FOLDER})/(?:(?:trade|events|fills|archive|proofs)\\.json|${RUN}\\.history\\.json)`,
];
const NAME = new RegExp(`^(?:${NAMES.join('|')})$`);

export function isBundleFile(name: string): boolean {
  return name.length <= 400 && NAME.test(name);
}

function folderOf(clientOrderId: string): string {
  return `orders/${clientOrderId.replace(/^\./, '%2E')}`;
}

export function orderFile(clientOrderId: string, file: OrderFile): string {
  return `${folderOf(clientOrderId)}/${file}`;
}

export function historyFile(clientOrderId: string, runId: string): string {
  return `${folderOf(clientOrderId)}/${runId}.history.json`;
}

export function buildFile(buildId: string): string {
  return `${BUILDS}${buildId}.js`;
}

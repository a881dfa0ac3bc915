/** What the page's browser side consists of: files of ours and of two libraries, as they are in the package. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { App } from '../dependencies.ts';

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** Each under `/assets/`. They contain no order data, and need no token. */
const ASSETS = {
  'page.css': [STYLE, import.meta.resolve('./browser/page.css')],
  'page.js': [SCRIPT, import.meta.resolve('./browser/page.js')],
  'plots.js': [SCRIPT, import.meta.resolve('./browser/plots.js')],
  'session.js': [SCRIPT, import.meta.resolve('./browser/session.js')],
  'stream.js': [SCRIPT, import.meta.resolve('./browser/stream.js')],
  'icon.svg': ['image/svg+xml', import.meta.resolve('./browser/icon.svg')],
  'htmx.js': [SCRIPT, import.meta.resolve('htmx.org/dist/htmx.min.js')],
  'uplot.js': [SCRIPT, import.meta.resolve('uplot/dist/uPlot.esm.js')],
  'uplot.css': [STYLE, import.meta.resolve('uplot/dist/uPlot.min.css')],
} as const satisfies Record<string, readonly [type: string, file: string]>;

export const ASSET_PATHS = Object.keys(ASSETS).map((name) => `/assets/${name}`);

/** Read once, at the start. A browser asks each time whether it has the present one, so that an upgrade is seen at once. */
export function assetRoutes(app: App): void {
  for (const [name, [type, file]] of Object.entries(ASSETS)) {
    const body = readFileSync(fileURLToPath(file));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    app.get(`/assets/${name}`, { schema: { hide: true } }, async ({ headers }, reply) => {
      void reply.headers({ etag, 'cache-control': 'no-cache' });
      if (headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}

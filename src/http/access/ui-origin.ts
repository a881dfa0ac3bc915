/** Lets a browser ask the codec endpoint for the pages of Temporal's UI, which come from another origin, and for no others. */
import type { App } from '../dependencies.ts';
import { pathOf, type IsOfUi } from './guard.ts';

const CODEC_PATHS: readonly string[] = ['/codec/decode', '/codec/encode'];
const PREFLIGHT_SECONDS = 600;

/** @param uiOrigin - Scheme, host and port; null where no UI is known. */
export function askedByUi(uiOrigin: string | null): IsOfUi {
  return (request) => uiOrigin !== null && request.headers.origin === uiOrigin && CODEC_PATHS.includes(pathOf(request));
}

/** Must come before the guard: what a browser asks first, without the token, reveals nothing. */
export function allowUi(app: App, isOfUi: IsOfUi): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isOfUi(request)) return;
    const { origin, 'access-control-request-headers': headers } = request.headers;
    reply.headers({ 'access-control-allow-origin': origin, vary: 'origin' });
    if (request.method !== 'OPTIONS') return;
    reply.headers({
      'access-control-allow-methods': 'POST',
      'access-control-max-age': String(PREFLIGHT_SECONDS),
      ...(headers !== undefined && { 'access-control-allow-headers': headers }),
    });
    return reply.code(204).send();
  });
}

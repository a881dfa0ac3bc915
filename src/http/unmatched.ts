/** What no route takes: 404, or 405 where the path is known and the method is not. */
import type { App } from './dependencies.ts';
import { pathOf } from './access/guard.ts';
import { HttpProblem } from './problem.ts';

/** Must come before the routes. */
export function answerUnmatched(app: App): void {
  const routes = new Map<string, { pattern: RegExp; methods: string[] }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}$`), methods: [] };
    route.methods.push(...[method].flat());
    routes.set(url, route);
  });
  // Before the body is read: nobody will take it.
  app.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    const path = pathOf(request);
    const known = [...routes.values()].find(({ pattern }) => pattern.test(path));
    if (known === undefined) throw new HttpProblem('unknown-path', `there is nothing at ${path}`);
    const allow = known.methods.join(', ');
    throw new HttpProblem('method-not-allowed', `${path} allows only ${allow}`, { headers: { allow } });
  });
}

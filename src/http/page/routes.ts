/** The status page: its document, and the parts of it that the browser fetches and acts by. */
import type { App, HttpDependencies } from '../dependencies.ts';
import { problemOf } from '../problem-of.ts';
import { assetRoutes } from './assets.ts';
import { actionRoutes } from './action-routes.ts';
import { dialogRoutes } from './dialog-routes.ts';
import { fragmentRoutes } from './fragment-routes.ts';
import { manyRoutes } from './many-routes.ts';
import { ShellQuery } from './queries.ts';
import { sendHtml } from './send.ts';
import { orderPage, overview, PAGE_POLICY, shell } from './shell.ts';
import { problemView } from './views/parts.ts';

/** Its errors are HTML, too; everything else, the guard above all, is that of the whole interface. */
export async function statusPage(app: App, dependencies: HttpDependencies): Promise<void> {
  await app.register(async (page: App) => {
    page.setErrorHandler((error, request, reply) => {
      const problem = problemOf(error);
      if (problem.code === 'internal-error') dependencies.log.error('request failed', { requestId: request.id, error });
      return sendHtml(reply.code(problem.status).headers({ ...problem.details.headers }), problemView(problem));
    });
    assetRoutes(page);
    documentRoute(page);
    fragmentRoutes(page, dependencies);
    dialogRoutes(page, dependencies);
    actionRoutes(page, dependencies);
    manyRoutes(page, dependencies);
  });
}

function documentRoute(page: App): void {
  page.get('/', { schema: { hide: true, querystring: ShellQuery } }, async ({ query }, reply) => {
    const { order, ...board } = query;
    const document = shell(order === undefined ? overview(board) : orderPage(order));
    return sendHtml(reply.header('content-security-policy', PAGE_POLICY), document);
  });
}

import { identityOf, needs } from '../access/roles.ts';
import type { Static } from 'typebox';
import type { App, HttpDependencies } from '../dependencies.ts';
import { problems } from '../schemas/common.ts';
import { HaltList, haltListView, HaltRequest, ResumeRequest } from '../schemas/halts.ts';

export function haltRoutes(app: App, { halts }: HttpDependencies): void {
  const inForce = async (): Promise<Static<typeof HaltList>> => haltListView(await halts.list());

  const halt = {
    operationId: 'halt',
    ...needs('operate'),
    summary: 'Stops placing for a bot, or for all; with cancel_open the open orders are cancelled',
    body: HaltRequest,
    response: { 200: HaltList, ...problems(400, 413, 415) },
  };
  app.post('/api/v1/halt', { schema: halt }, async ({ body, caller }) => {
    const { bot_id: botId = null, requested_by: requestedBy, reason, cancel_open: cancelOpen = false } = body;
    await halts.halt({ botId, requestedBy, sentBy: identityOf({ caller }), reason, cancelOpen });
    return inForce();
  });

  const resume = {
    operationId: 'resume',
    ...needs('operate'),
    summary: 'Ends the halt of a bot, or the one of all; a bot that is halted by itself stays so',
    body: ResumeRequest,
    response: { 200: HaltList, ...problems(400, 413, 415) },
  };
  app.post('/api/v1/resume', { schema: resume }, async ({ body, caller }) => {
    const { bot_id: botId = null, requested_by: requestedBy, reason } = body;
    await halts.resume({ botId, requestedBy, sentBy: identityOf({ caller }), reason });
    return inForce();
  });

  const list = {
    operationId: 'listHalts',
    ...needs('read'),
    summary: 'What is halted, since when, by whom, and whether everything that it covers has ended',
    response: { 200: HaltList, ...problems() },
  };
  app.get('/api/v1/halts', { schema: list }, inForce);
}

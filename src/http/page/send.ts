import type { FastifyReply } from 'fastify';
import type { Html } from './html.ts';

export function sendHtml(reply: FastifyReply, content: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').serializer(String).send(content.toString());
}

/** The result is shown above the page, whichever part of it had the button. */
export function sendNotice(reply: FastifyReply, content: Html): FastifyReply {
  return sendHtml(reply.headers({ 'hx-retarget': '#notice', 'hx-reswap': 'innerHTML' }), content);
}

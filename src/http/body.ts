/** How bodies are read: JSON or nothing. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { HttpProblem, invalidRequest } from './problem.ts';

/** An order request has three levels. A deep enough structure would overflow the stack of the code that walks it. */
const MAX_DEPTH = 16;

/** What no database text can hold: U+0000, and half a surrogate pair, which is no character at all. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** An empty body counts as none, whatever its content type says, because clients like to send one. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    if (bytes.length === 0) return done(null, undefined);
    if (!isUtf8(bytes)) return done(malformed('must be UTF-8'), undefined);
    void parse(request, bytes.toString(), (error, body: unknown) => {
      const wrong = error === null ? whyUnacceptable(body) : 'is not valid JSON';
      done(wrong === null ? null : malformed(wrong), body);
    });
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) => {
    const wrong = new HttpProblem(
      'unsupported-media-type',
      'the body must be JSON, with content-type: application/json',
    );
    done(bytes.length === 0 ? null : wrong, undefined);
  });
}

function malformed(message: string): HttpProblem {
  return invalidRequest([{ field: 'body', message }]);
}

function whyUnacceptable(body: unknown): string | null {
  const pending = [{ value: body, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string' && UNSTORABLE.test(value)) return 'contains U+0000 or an unpaired surrogate';
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
    for (const inner of Object.entries(value).flat()) pending.push({ value: inner, depth: depth + 1 });
  }
  return null;
}

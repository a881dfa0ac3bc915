/** Every error of the interface, in one closed table: a problem as RFC 9457 has it. */
import { STATUS_CODES } from 'node:http';
import type { FieldError } from '../domain/field-error.ts';

export const PROBLEM_TYPE = 'application/problem+json';

const PROBLEMS = {
  'invalid-request': [400, 'The request is malformed'],
  unauthorized: [401, 'The token is missing or wrong'],
  'role-missing': [403, 'The token does not have the role that this needs'],
  'foreign-request': [403, 'The request does not come from this machine'],
  'unknown-order': [404, 'There is no such order'],
  'unknown-path': [404, 'There is no such resource'],
  'method-not-allowed': [405, 'The resource does not support this method'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'client-order-id-conflict': [409, 'The client order id belongs to another order'],
  'placement-halted': [409, 'Placing is halted'],
  'order-ended': [409, 'The order has ended already'],
  'resolve-refused': [409, 'The order cannot be resolved by hand'],
  'workflow-stopped': [409, 'The workflow of the order was ended from outside'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is not JSON'],
  'too-many-requests': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  'internal-error': [500, 'An error of the engine itself'],
  'exchange-unavailable': [503, 'The exchange is out of reach'],
  'temporal-unavailable': [503, 'Temporal is out of reach'],
  'worker-unavailable': [503, 'No worker is running'],
  'database-unavailable': [503, 'The database is out of reach'],
  'no-answer-in-time': [503, 'No answer in time'],
  'not-ready': [503, 'The engine is not ready'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemDetails {
  /** The wrong fields of a request, by their names in HTTP. */
  errors?: readonly FieldError[];
  /** Further members of the body. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Thrown anywhere in a request; answered as `application/problem+json`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    super(detail);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  /** The body; `instance` is the path that was asked for. */
  body(instance: string): Record<string, unknown> {
    const [status, title] = PROBLEMS[this.code];
    const { errors, members } = this.details;
    const type = `urn:order-sync:problem:${this.code}`;
    return { type, title, status, detail: this.message, instance, ...(errors && { errors }), ...members };
  }
}

export function invalidRequest(errors: readonly FieldError[]): HttpProblem {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new HttpProblem('invalid-request', detail, { errors });
}

/** The problem as a whole HTTP/1.1 answer, for what is no proper request at all. */
export function rawAnswer(problem: HttpProblem): string {
  const body = JSON.stringify(problem.body('/'));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

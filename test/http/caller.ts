/** Speaks to the interface as any HTTP client would. */

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed, where it is JSON; else the text. */
  body: Record<string, unknown>;
}

export interface Call {
  method?: string;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

export async function call(url: string, { method, body, headers = {} }: Call = {}): Promise<Answer> {
  const hasBody = body !== undefined;
  const response = await fetch(url, {
    method: method ?? (hasBody ? 'POST' : 'GET'),
    headers: { ...(hasBody && { 'content-type': 'application/json' }), ...headers },
    ...(hasBody && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const parsed: unknown = isJson ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body: parsed as Record<string, unknown> };
}

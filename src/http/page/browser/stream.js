/** The engine's stream of events, over any number of connections; told only while somebody looks at the page. */
import { askForToken, credentials } from './session.js';

const RETRY_AFTER_MS = 1_000;
/** The engine says something every 10 s. */
const SILENCE_MS = 25_000;

/**
 * @param {{ onEvent: (event: { client_order_id: string }) => void, onState: (isLive: boolean) => void }} listener
 *   `onState(true)` comes with each connection: what happened before it is not told.
 */
export function followEvents({ onEvent, onState }) {
  let connection = new AbortController();

  const connect = async () => {
    connection.abort();
    const mine = (connection = new AbortController());
    while (!mine.signal.aborted && !document.hidden) {
      await listen(mine.signal).catch(() => undefined);
      if (mine.signal.aborted) return;
      onState(false);
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    }
  };

  /** @param {AbortSignal} stop */
  const listen = async (stop) => {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const headers = { accept: 'text/event-stream', ...credentials() };
    const signal = AbortSignal.any([stop, silence.signal]);
    try {
      const answer = await fetch('/api/v1/events?after=latest', { headers, signal, cache: 'no-store' });
      if (answer.status === 401) askForToken(headers);
      if (!answer.ok || answer.body === null) return;
      onState(true);
      for await (const text of messages(answer.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const data = text.split('\n').find((line) => line.startsWith('data: '));
        if (data !== undefined) onEvent(JSON.parse(data.slice(6)));
      }
    } finally {
      clearTimeout(timer);
    }
  };

  // A browser opens six connections to a server: hidden pages must not hold them.
  document.addEventListener('visibilitychange', () => (document.hidden ? connection.abort() : void connect()));
  document.body.addEventListener('signed-in', () => void connect());
  void connect();
}

/** @param {ReadableStream<Uint8Array>} body */
async function* messages(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let left = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const texts = (left + decoder.decode(value, { stream: true })).split('\n\n');
    left = texts.pop() ?? '';
    yield* texts;
  }
}

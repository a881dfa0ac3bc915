/** Reads `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as the engine writes it. */

export interface Message {
  /** Null where the message has none. */
  id: string | null;
  /** Null of a message that is only an id, or a comment. */
  data: string | null;
}

/** Takes from the body only what is asked for. What breaks it off is thrown; a message that is cut short is ignored. */
export async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new TextDecoder();
  let left = '';
  for await (const bytes of body) {
    const texts = (left + decoder.decode(bytes, { stream: true })).split('\n\n');
    left = texts.pop() ?? '';
    for (const text of texts) yield messageOf(text);
  }
}

function messageOf(text: string): Message {
  const lines = text.split('\n');
  const valueOf = (field: string): string | null =>
    lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2) ?? null;
  return { id: valueOf('id'), data: valueOf('data') };
}

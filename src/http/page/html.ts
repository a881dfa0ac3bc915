/**
 * HTML as a tagged template. Whatever is put in is escaped, unless it is HTML that came from here: there is no other way
 * to make any, so no text of a bot, an operator or the exchange can become markup.
 */

export type Content = Html | string | number | null | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For `html` alone. Throws for a value in an unquoted attribute, which escaping cannot protect. */
  static of(literals: readonly string[], contents: readonly Content[]): Html {
    const unquoted = literals.slice(0, -1).find((literal) => /\s[\w:-]+\s*=\s*$/.test(literal));
    if (unquoted !== undefined) throw new Error(`quote the attribute's value: ${unquoted}`);
    return new Html(literals.map((literal, index) => literal + Html.#textOf(contents[index] ?? null)).join(''));
  }

  /** Null and false are nothing, so that parts can be left out; a list is its items one after the other. */
  static #textOf(content: Content): string {
    if (content === null || content === false) return '';
    if (content instanceof Html) return content.#text;
    if (typeof content === 'object') return content.map((item) => Html.#textOf(item)).join('');
    return String(content).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
  }

  toString(): string {
    return this.#text;
  }
}

export function html(literals: TemplateStringsArray, ...contents: Content[]): Html {
  return Html.of(literals, contents);
}

/** An id as one segment of a path. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}

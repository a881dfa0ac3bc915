import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { html, type Content } from '../../../src/http/page/html.ts';

const SCRIPT = '<script>alert(1)</script>';

describe('HTML', () => {
  it('escapes whatever is put in, in text and in attributes', () => {
    const hostile = `"><img src=x onerror=alert(1)>'&`;
    const escaped = '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;';
    expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('leaves its own HTML as it is, alone and in lists', () => {
    const rows = ['<b>', 'b'].map((text) => html`<li>${text}</li>`);
    expect(html`${rows}`.toString()).toBe('<li>&lt;b&gt;</li><li>b</li>');
  });

  it('shows nothing for null and false, and 0 as it is', () => {
    expect(html`${null}${false}${0}`.toString()).toBe('0');
  });

  it('does not accept what only looks like its own HTML', () => {
    const forged = { toString: () => SCRIPT, '#text': SCRIPT, map: () => [] } as unknown as Content;
    expect(html`${forged}`.toString()).not.toContain('<');
  });

  it('refuses an attribute without quotes', () => {
    expect(() => html`<p title=${'a onclick=alert(1)'}></p>`).toThrow(/quote the attribute's value/);
  });

  it('never lets any text end a tag or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.toString()).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

/** What stays on this machine: its addresses, and the requests of its own people and programs. */

/** True for `localhost`, 127.0.0.0/8 and ::1. Other names count as remote: they may resolve to any address. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

export interface RequestHeaders {
  host?: string | undefined;
  origin?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Whether a web page, rather than a person or program of this machine, has a browser here ask a server on loopback:
 * null, or why it is refused. If a page's name was bound to 127.0.0.1, the header `host` still says where the page is
 * from; and a page that posts without a body, which needs nobody's leave, is given away by the headers that browsers
 * add to it.
 * @param isKnown - The request is of a page from another origin that may ask.
 */
export function whyForeign(method: string | undefined, headers: RequestHeaders, isKnown = false): string | null {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers;
  const hostname = URL.parse(`http://${host}`)?.hostname ?? '';
  if (!isLoopback(hostname)) return `the Host header must name this machine, such as 127.0.0.1, not ${hostname}`;
  if (isKnown) return null;
  if (origin !== undefined && origin !== `http://${host}`) return `requests from the origin ${origin} are not allowed`;
  const onlyReads = method === 'GET' || method === 'HEAD';
  if (!onlyReads && site !== 'none' && site !== 'same-origin') return 'requests from another site are not allowed';
  return null;
}

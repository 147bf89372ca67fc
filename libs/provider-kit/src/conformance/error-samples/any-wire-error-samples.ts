import type { ErrorSample } from './error-sample';

/** What stands in front of providers answers in its own way, whatever the wire. */
export const ANY_WIRE_ERROR_SAMPLES: readonly ErrorSample[] = [
  { name: 'a page of HTML', status: 502, body: '<html><h1>Bad Gateway</h1></html>', class: 'server-error' },
  { name: 'plain text', status: 503, body: 'no healthy upstream', class: 'overloaded' },
  { name: 'a bare 529', status: 529, body: '', class: 'overloaded' },
  { name: 'nothing', status: 500, body: '', class: 'server-error' },
  {
    name: 'a redirect',
    status: 301,
    headers: { location: 'https://elsewhere.example' },
    body: '',
    class: 'model-not-found',
  },
  { name: 'Cloudflare’s 524', status: 524, body: 'error code: 524', class: 'timeout' },
  {
    name: 'a wait in seconds',
    status: 429,
    headers: { 'retry-after': '7' },
    body: '{"error":{"message":"slow down"}}',
    class: 'rate-limited',
    retryAfterMs: 7000,
  },
];

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { SecretReadError } from './secret-read-error';

const LARGEST_ANSWER_BYTES = 1024 * 1024;

export interface JsonRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Who answers, for people. */
  readonly from: string;
  readonly signal: AbortSignal;
  readonly tls?: TlsFiles;
}

/** PEM texts. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface JsonAnswer {
  readonly status: number;
  /** Null where the answer is no JSON. */
  readonly document: unknown;
}

/** One request to a manager, over a connection of its own: they are few and far between. @throws SecretReadError */
export function requestJson({ url, method, headers, body, from, signal, tls }: JsonRequest): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const unreachable = (why: string): void => reject(new SecretReadError('unreachable', `${from} ${why}`));
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const sent = send(url, {
      method,
      agent: false,
      signal,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(text !== undefined && { 'content-type': 'application/json' }),
      },
      ...tls,
    });
    sent.on('error', (error) => unreachable(`could not be reached${codeOf(error)}`));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= LARGEST_ANSWER_BYTES) chunks.push(chunk);
        else response.destroy(new Error('too long'));
      });
      response.on('error', (error) => unreachable(`broke off its answer${codeOf(error)}`));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, document: parse(Buffer.concat(chunks)) }));
    });
    sent.end(text);
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null; // a proxy's page, or nothing
  }
}

/** The system's word for it, which quotes nothing. */
function codeOf(error: Error): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code) ? ` (${code})` : '';
}

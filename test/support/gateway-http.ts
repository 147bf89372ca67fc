import { request } from 'undici';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  json<Document = Record<string, unknown>>(): Document;
}

export interface GatewayCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS' | 'HEAD';
  readonly path: string;
  /** Sent as `Authorization: Bearer`; null sends no key. Default: the master key. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** A request that hangs must fail in the test that sent it. */
const PATIENCE_MS = 120_000;

/** One HTTP exchange with a gateway, with nothing added that a test does not see. */
export class GatewayHttp {
  constructor(
    readonly url: string,
    readonly masterKey: string,
  ) {}

  async send(call: GatewayCall): Promise<GatewayAnswer> {
    const key = call.key === undefined ? this.masterKey : call.key;
    const body = asBytes(call.body);
    const {
      statusCode,
      headers,
      body: answered,
    } = await request(`${this.url}${call.path}`, {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...call.headers,
      },
      ...(body !== undefined && { body }),
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
    });
    const text = await answered.text();
    return {
      status: statusCode,
      headers,
      text,
      json: <Document>() => parse<Document>(text, statusCode),
    };
  }

  chat(body: unknown, more: Omit<GatewayCall, 'path' | 'body'> = {}): Promise<GatewayAnswer> {
    return this.send({ ...more, path: '/v1/chat/completions', body });
  }

  messages(body: unknown, more: Omit<GatewayCall, 'path' | 'body'> = {}): Promise<GatewayAnswer> {
    return this.send({ ...more, path: '/v1/messages', body });
  }

  /** A new virtual key. */
  async makeKey(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await this.send({ path: '/key/generate', body: fields });
    if (answer.status !== 200) throw new Error(`no key was made: ${answer.status} ${answer.text}`);
    return answer.json<{ key: string }>().key;
  }
}

function asBytes(body: unknown): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
}

function parse<Document>(text: string, status: number): Document {
  try {
    return JSON.parse(text) as Document;
  } catch {
    throw new Error(`not JSON (status ${status}): ${text.slice(0, 500)}`);
  }
}

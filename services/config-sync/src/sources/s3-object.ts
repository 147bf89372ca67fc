import { addAbortSignal, Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { isRecord } from '@gateway/domain';
import { explainError, explainStatus } from './explain-failure';
import { download, type ObjectAnswer, type ReadLimits, type RemoteObject } from './object-store';

export interface S3ObjectOptions extends ReadLimits {
  readonly bucket: string;
  readonly key: string;
  /** Of an S3-compatible store; AWS's own otherwise. */
  readonly endpoint?: string | undefined;
  /** Default: what AWS's library finds; with an endpoint of one's own `us-east-1`. */
  readonly region?: string | undefined;
  readonly pathStyle: boolean;
}

/** An object of S3, by AWS's own client and with the credentials it finds by itself. */
export class S3Object implements RemoteObject {
  private client: S3Client | null = null;
  private readonly closing = new AbortController();

  constructor(private readonly options: S3ObjectOptions) {}

  async read(knownTag: string | null): Promise<ObjectAnswer> {
    const { timeoutMs } = this.options;
    try {
      return await this.get(knownTag, AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]));
    } catch (error) {
      const status = statusOf(error);
      if (status === 304) return { kind: 'unchanged' };
      const code = isRecord(error) ? String(error.name) : '';
      return { kind: 'away', reason: status ? explainStatus(status, code) : explainError(error, timeoutMs) };
    }
  }

  close(): void {
    this.closing.abort();
    this.client?.destroy();
  }

  private async get(knownTag: string | null, abortSignal: AbortSignal): Promise<ObjectAnswer> {
    const { bucket, key, maxBytes } = this.options;
    // Only who reads from S3 loads AWS's library.
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(knownTag && { IfNoneMatch: knownTag }) });
    const { Body, ContentLength = 0, ETag = '' } = await (await this.open()).send(command, { abortSignal });
    if (!(Body instanceof Readable)) return { kind: 'away', reason: 'came without a body' };
    const body = addAbortSignal(abortSignal, Body);
    return download({ body, cancel: () => body.destroy(), length: ContentLength, tag: ETag }, maxBytes);
  }

  private async open(): Promise<S3Client> {
    if (this.client !== null) return this.client;
    const { S3Client: Client } = await import('@aws-sdk/client-s3');
    const { endpoint, pathStyle } = this.options;
    const region = this.options.region ?? (endpoint === undefined ? undefined : 'us-east-1');
    this.client = new Client({
      forcePathStyle: pathStyle,
      followRegionRedirects: true,
      // Whoever polls asks again by himself.
      maxAttempts: 1,
      ...(endpoint !== undefined && { endpoint }),
      ...(region !== undefined && { region }),
    });
    return this.client;
  }
}

/** Of an answer that was no success; undefined when there was none, or only half of a good one. */
function statusOf(error: unknown): number | undefined {
  const { httpStatusCode } = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
  return httpStatusCode !== undefined && httpStatusCode >= 300 ? httpStatusCode : undefined;
}

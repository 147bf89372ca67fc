import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Export } from '@gateway/domain';
import type { ExportBatch, ExportTarget } from './export-target';
import { exportedRequest } from './exported-request';

const compress = promisify(gzip);
const ATTEMPTS = 3;
const BATCH_SIZE = 5_000;
const TIMEOUT_MS = 60_000;

/** Objects of gzipped JSON, a request a line: `PREFIX date=2026-11-22/hour=10/NAME.jsonl.gz`. */
export class S3Target implements ExportTarget {
  readonly name = 's3';
  readonly batchSize = BATCH_SIZE;
  private client: S3Client | null = null;

  constructor(
    private readonly settings: S3Export,
    /** A reference → what it stands for. Throws when it is not set. */
    private readonly secretOf: (reference: string) => string,
  ) {}

  async send({ name, hour, requests }: ExportBatch): Promise<void> {
    const lines = requests.map(({ row, attempts }) => `${JSON.stringify(exportedRequest(row, attempts))}\n`);
    const [date, hourOfDay] = hour.split('T');
    // Only who exports loads AWS's library.
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const put = new PutObjectCommand({
      Bucket: this.settings.bucket,
      Key: `${this.settings.prefix}date=${date}/hour=${hourOfDay}/${name}.jsonl.gz`,
      Body: await compress(lines.join('')),
      ContentType: 'application/x-ndjson',
      ContentEncoding: 'gzip',
    });
    const client = await this.open();
    try {
      await client.send(put, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      // Its keys may have been exchanged: the next one asks for them anew.
      this.client = null;
      client.destroy();
      throw error;
    }
  }

  private async open(): Promise<S3Client> {
    if (this.client !== null) return this.client;
    const { S3Client: Client } = await import('@aws-sdk/client-s3');
    const { region, endpoint, pathStyle, accessKeyId, secretAccessKey, sessionToken } = this.settings;
    this.client = new Client({
      region,
      forcePathStyle: pathStyle,
      maxAttempts: ATTEMPTS,
      ...(endpoint !== undefined && { endpoint }),
      ...(accessKeyId !== undefined &&
        secretAccessKey !== undefined && {
          credentials: {
            accessKeyId: this.secretOf(accessKeyId),
            secretAccessKey: this.secretOf(secretAccessKey),
            ...(sessionToken !== undefined && { sessionToken: this.secretOf(sessionToken) }),
          },
        }),
    });
    return this.client;
  }
}

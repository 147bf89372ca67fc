import type { LangfuseExport } from '@gateway/domain';
import { postRemotely } from '@gateway/provider-kit';
import type { ExportBatch, ExportTarget } from './export-target';
import { langfuseEvents } from './langfuse-events';

const TIMEOUT_MS = 30_000;
const ANSWER_BYTES = 1_048_576;
/** Langfuse takes 3.5 MB at once: a request with three attempts is some 3 KB. */
const BATCH_SIZE = 200;

/** Langfuse's ingestion API (`POST /api/public/ingestion`), which knows what it has been sent before by the ids of events. */
export class LangfuseTarget implements ExportTarget {
  readonly name = 'langfuse';
  readonly batchSize = BATCH_SIZE;

  constructor(
    private readonly settings: LangfuseExport,
    /** A reference → what it stands for. Throws when it is not set. */
    private readonly secretOf: (reference: string) => string,
  ) {}

  async send({ requests }: ExportBatch): Promise<void> {
    const { host, publicKey, secretKey, reach } = this.settings;
    const user = `${this.secretOf(publicKey)}:${this.secretOf(secretKey)}`;
    const { status, body } = await postRemotely(`${host.replace(/\/+$/, '')}/api/public/ingestion`, {
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(user).toString('base64')}`,
      },
      body: JSON.stringify({ batch: requests.flatMap(langfuseEvents) }),
      reach,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: ANSWER_BYTES,
    });
    if (status < 200 || status >= 300) throw new Error(`Langfuse answered ${status}`);
    // 207 whatever became of the single events.
    const refused = refusedIn(body.toString('utf8'));
    if (refused !== null) throw new Error(`Langfuse did not take events: ${refused}`);
  }
}

/** The status of an event that was not taken; null when all were. An answer of another form says nothing. */
function refusedIn(text: string): string | null {
  try {
    const { errors } = JSON.parse(text) as { readonly errors?: readonly { readonly status?: unknown }[] };
    return errors === undefined || errors.length === 0 ? null : `status ${String(errors[0]?.status)}`;
  } catch {
    return null;
  }
}

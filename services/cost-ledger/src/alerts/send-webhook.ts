import type { AlertWebhook } from '@gateway/domain';
import { postRemotely, RemoteContentError, type RemotePost } from '@gateway/provider-kit';
import { pauseAfter, readRetryAfter } from './delivery-schedule';
import type { ClaimedDelivery, DeliveryOutcome } from './delivery-store';
import { signWebhook, webhookKey } from './sign-webhook';

const TIMEOUT_MS = 15_000;
/** Nothing of an answer is looked at, but a connection is only given back when it is read. */
const ANSWER_BYTES = 1_024;

export interface WebhookSenderParts {
  /** A reference → what it stands for; null when that is not set. */
  readonly secretOf: (reference: string) => string | null;
  readonly nowUnixMs?: () => number;
  readonly random?: () => number;
  readonly resolve?: RemotePost['resolve'];
}

/** One attempt. Never rejects. */
export async function sendWebhook(
  delivery: ClaimedDelivery,
  webhook: AlertWebhook,
  parts: WebhookSenderParts,
): Promise<DeliveryOutcome> {
  const now = (parts.nowUnixMs ?? Date.now)();
  const failed = (failure: string, status: number | null = null, retryAfterMs?: number): DeliveryOutcome => {
    const pauseMs = pauseAfter({ attempts: delivery.attempts, status, retryAfterMs }, parts.random);
    return { delivered: false, status, failure, pauseMs };
  };
  const secrets = webhook.secrets.map((reference) => parts.secretOf(reference));
  const keys = secrets.flatMap((secret) => (secret === null ? [] : (webhookKey(secret) ?? [])));
  if (keys.length < webhook.secrets.length) return failed(reasonOfSecret(webhook, secrets));
  const { alertId: id, body } = delivery;
  try {
    const { status, headers } = await postRemotely(webhook.url, {
      headers: signWebhook({ id, timestamp: Math.floor(now / 1_000), body }, keys),
      body,
      reach: webhook.reach,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: ANSWER_BYTES,
      ...(parts.resolve && { resolve: parts.resolve }),
    });
    if (status >= 200 && status < 300) return { delivered: true, status };
    return failed(`its server answered ${status}`, status, readRetryAfter(headers['retry-after'], now));
  } catch (error) {
    return failed(error instanceof RemoteContentError ? error.message : 'it could not be sent');
  }
}

/** Names variables, never values. */
function reasonOfSecret({ secrets: references }: AlertWebhook, secrets: readonly (string | null)[]): string {
  const unset = references.find((_reference, index) => secrets[index] === null);
  if (unset !== undefined) return `its secret ${unset} is not set in the environment of cost-ledger`;
  const wrong = references.find((_reference, index) => webhookKey(secrets[index] ?? '') === null);
  return `its secret ${wrong} is not whsec_ and the Base64 of 24 to 64 bytes`;
}

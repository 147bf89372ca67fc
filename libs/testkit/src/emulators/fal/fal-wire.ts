import { openAiWire } from '../openai/openai-wire';
import type { Refusal, VendorWire } from '../server/vendor-wire';
import { readFalImages } from './fal-images';

export const falWire: VendorWire = {
  ...openAiWire,
  defaultModels: ['fal-ai/flux/schnell', 'fal-ai/flux-pro/v1.1-ultra', 'fal-ai/nano-banana/edit'],
  resource: (method, path) => {
    const model = method === 'POST' ? decodeURIComponent(path.slice(1)) : '';
    if (!/^[^/]+\/[^/]/.test(model)) return null;
    return { type: 'chat', target: { model, stream: false }, read: (body) => readFalImages(body, model) };
  },
  refuseCaller: refuseFalCaller,
  refusalForStatus,
  errorDocument: ({ param, message, code }) =>
    param === null && code === null
      ? { detail: message }
      : { detail: [{ loc: ['body', ...(param?.split('.') ?? [])], msg: message, type: code ?? 'value_error' }] },
  responseHeaders: (requestId) => ({ 'x-fal-request-id': requestId }),
};

/** Sentences of its error pages, for statuses that have one (docs.fal.ai, "Errors"). */
const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Authentication is required to access this application.',
  403: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
};

function refusalForStatus(status: number, code?: string): Refusal {
  const message = MESSAGES[status] ?? `the emulated fal answers ${status}`;
  return { status, type: '', code: code ?? null, message, param: null };
}

function refuseFalCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  return scheme === 'Key' && key && key !== 'invalid-key' ? null : refusalForStatus(401);
}

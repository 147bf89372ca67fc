import { openAiWire } from '../openai/openai-wire';
import { namedRefusals } from '../server/named-refusals';
import type { Refusal, VendorWire } from '../server/vendor-wire';
import { readStableImage } from './stable-image';
import { STABLE_IMAGE_SERVICES } from './stable-image-services';

/** platform.stability.ai/docs/api-reference */
const refusalForStatus = namedRefusals(
  'Stability AI',
  {
    400: 'bad_request',
    401: 'unauthorized',
    402: 'payment_required',
    403: 'content_moderation',
    404: 'not_found',
    413: 'payload_too_large',
    422: 'invalid_request',
    429: 'rate_limit_exceeded',
  },
  'internal_error',
);

export const stabilityWire: VendorWire = {
  ...openAiWire,
  defaultModels: ['sd3.5-large', 'stable-image-core', 'stable-image-ultra'],
  resource: (method, path) => {
    const service = method === 'POST' ? /^\/v2beta\/stable-image\/(.+)$/.exec(path)?.[1] : undefined;
    const form = service === undefined ? undefined : STABLE_IMAGE_SERVICES.get(service);
    if (service === undefined || form === undefined) return null;
    return { type: 'chat', read: (body) => readStableImage(body, service, form) };
  },
  refuseCaller: refuseStabilityCaller,
  refusalForStatus,
  errorDocument: ({ code, message }: Refusal, requestId) => ({
    id: requestId,
    name: code ?? 'bad_request',
    errors: [message],
  }),
  responseHeaders: (requestId) => ({ 'x-request-id': requestId }),
};

function refuseStabilityCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'bearer' && key && key !== 'invalid-key')
    return headers.accept === 'application/json' ? null : wrongAccept(headers.accept);
  return { ...refusalForStatus(401), message: 'authorization: invalid or missing header value' };
}

/** The vendor also sends the picture alone, for `image/*`; this emulator does not. */
function wrongAccept(accept: string | undefined): Refusal {
  return { ...refusalForStatus(400), message: `accept: must be application/json here, not ${accept}` };
}

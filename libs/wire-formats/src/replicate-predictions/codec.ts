import type { ProviderWireCodec } from '../chat-wire-codec';
import { SSE_FRAMING } from '../sse/sse-framing';
import { createStreamDecoder } from './create-stream-decoder';
import { decodeResponse } from './decode-response';
import { encodeRequest } from './encode-request';
import { placeConfiguredFields } from './place-configured-fields';

/** Predictions of Replicate's language models as provider's wire: a prompt in, text out. */
export const replicatePredictionsCodec: ProviderWireCodec = {
  wire: 'replicate-predictions',
  framing: SSE_FRAMING,
  encodeRequest,
  placeConfiguredFields,
  decodeResponse,
  createStreamDecoder,
};

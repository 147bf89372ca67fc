import { GatewayException, isRecord } from '@gateway/domain';
import type { JsonBody } from '@gateway/provider-kit';

/** @throws GatewayException `invalid_json` when the bytes are not a JSON object. */
export function parseObject(bytes: Uint8Array): JsonBody {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new GatewayException({ code: 'invalid_json', message: 'The request body is not valid JSON.' }, { cause });
  }
  if (isRecord(parsed)) return parsed;
  throw new GatewayException({ code: 'invalid_json', message: 'The request body must be a JSON object.' });
}

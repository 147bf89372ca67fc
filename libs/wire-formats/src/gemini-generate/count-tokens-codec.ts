import { isRecord } from '@gateway/domain';
import type { OperationCodec } from '../operation-codec';
import { geminiGenerateCodec } from './codec';
import { fieldOf } from './fields';

const NESTED = 'generateContentRequest';

/** `{model}:countTokens`: contents alone, or a whole request for an answer under a name of its own. */
export const geminiCountTokensCodec: OperationCodec = {
  wire: 'gemini-count-tokens',

  validateRequest(body, called) {
    const check = geminiGenerateCodec.validateRequest(countedRequest(body), called);
    if (check.ok || !isNested(body) || check.error.param === undefined) return check;
    const param = `${NESTED}.${check.error.param}`;
    return { ok: false, error: { ...check.error, param, message: `${NESTED}.${check.error.message}` } };
  },

  encodeError: geminiGenerateCodec.encodeError,
  encodeStreamError: geminiGenerateCodec.encodeStreamError,
  keepAlive: geminiGenerateCodec.keepAlive,
  streamTerminator: geminiGenerateCodec.streamTerminator,
};

/** The request for an answer whose tokens are to be counted. */
export function countedRequest(body: unknown): unknown {
  return isNested(body) ? fieldOf(body, NESTED) : body;
}

function isNested(body: unknown): body is Readonly<Record<string, unknown>> {
  return isRecord(body) && fieldOf(body, NESTED) !== undefined;
}

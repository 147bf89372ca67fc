import { ERROR_TABLE, type GatewayError } from '@gateway/domain';

/** An error as OpenAI's API writes it. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** The request id is part of an internal error's text because it is all that its reader can pass on. */
export function openAiErrorBody(error: GatewayError, requestId?: string): OpenAiErrorBody {
  const message =
    error.code === 'internal_error' && requestId !== undefined
      ? `${error.message} Request id: ${requestId}.`
      : error.message;
  return { error: { message, type: ERROR_TABLE[error.code].openaiType, param: error.param ?? null, code: error.code } };
}

import type { GatewayError } from '@gateway/domain';

/** One part of a form: what it is called, and where in the body its bytes are. */
export interface FormPart {
  readonly name: string;
  /** Only of a file; may be empty. */
  readonly filename?: string;
  /** As the client wrote it. */
  readonly contentType?: string;
  readonly start: number;
  readonly end: number;
}

export type FormFault = { readonly ok: false; readonly error: GatewayError };

export function formFault(message: string, param?: string): FormFault {
  return { ok: false, error: { code: 'invalid_request', message, ...(param !== undefined && { param }) } };
}

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

export const CUT_SHORT = formFault('The form ends before its closing boundary.');
export const NO_START = formFault('The body does not begin with the boundary that its content type names.');
export const TOO_MANY_PARTS = formFault('The form has more than 128 parts.');
export const HEAD_TOO_LONG = formFault('A part of the form has no end of its header lines, or too many of them.');

import type { GatewayError } from '@gateway/domain';
import { documentOf, type FormDocument, readBoundary, splitForm } from '@gateway/wire-formats';

export type ReadFormBody =
  | { readonly ok: true; readonly document: FormDocument }
  | { readonly ok: false; readonly error: GatewayError };

/** The fields of a form, and of its files what there is to check. The bytes stay where they are; a worker writes them anew. */
export function readFormBody(body: Buffer, contentType: string | undefined): ReadFormBody {
  const boundary = readBoundary(contentType);
  if (boundary === null)
    return { ok: false, error: { code: 'unsupported_media_type', message: 'The request body is not a form.' } };
  const form = splitForm(body, boundary);
  return form.ok ? documentOf(body, form.parts) : form;
}

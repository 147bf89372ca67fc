import type { z } from 'zod';
import { firstIssue } from '../server/first-issue';
import type { CallerRequest, Refusal } from '../server/vendor-wire';
import { findSignatureFault } from './verify-aws-signature';

/** Errors of Converse in the API's reference. */
const NAME_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  413: 'ValidationException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

/** The error the API documents for a status; `code` replaces its name. */
export function bedrockRefusal(status: number, code?: string): Refusal {
  const type = code ?? NAME_OF_STATUS[status] ?? (status >= 500 ? 'InternalServerException' : 'ValidationException');
  return { status, type, code: null, message: `the emulated Bedrock answers ${status} (${type})`, param: null };
}

export function validationFault(message: string): Refusal {
  return { status: 400, type: 'ValidationException', code: null, message, param: null };
}

/** What is wrong with a body that goes to a model as it is. */
export function malformedInput(error: z.ZodError): Refusal {
  const issue = firstIssue(error);
  return validationFault(
    `Malformed input request: #/${issue.path}: ${issue.message}, please reformat your input and try again.`,
  );
}

/** Access keys the emulator knows, each with its secret. */
export type AccessKeys = Readonly<Record<string, string>>;

const FAULTS = {
  missing: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  'unknown-key': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  wrong: [
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  ],
  expired: ['InvalidSignatureException', 'Signature expired'],
} as const;

/** A bearer token of any text but `invalid-key`, or a signature by a known key; `expired-session` is over. */
export function refuseBedrockCaller(
  request: CallerRequest,
  secretOf: (accessKeyId: string) => string | undefined,
): Refusal | null {
  const { authorization, 'x-amz-security-token': session } = request.headers;
  if (authorization?.startsWith('Bearer ')) {
    if (authorization !== 'Bearer invalid-key') return null;
    return { ...bedrockRefusal(403), message: 'Authentication failed: Please make sure your API Key is valid.' };
  }
  const fault = findSignatureFault(request, { secretOf, service: 'bedrock', nowUnixMs: Date.now() });
  if (fault !== null) {
    const [type, message] = FAULTS[fault];
    return { ...bedrockRefusal(403, type), message };
  }
  if (session !== 'expired-session') return null;
  const message = 'The security token included in the request is expired';
  return { ...bedrockRefusal(403, 'ExpiredTokenException'), message };
}

/** The name is in a header. */
export function bedrockErrorDocument({ message }: Refusal): unknown {
  return { message };
}

export function bedrockErrorHeaders({ type }: Refusal): Record<string, string> {
  return { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
}

import { refuseCredentialValue } from '@gateway/config';
import type { CredentialWrite } from '@gateway/contracts';
import { GrpcFault } from '@gateway/service-kit';

const LONGEST_NAME = 200;
const LONGEST_VALUE = 32 * 1024;
const LONGEST_INFO = 16 * 1024;

/** @throws GrpcFault `INVALID_ARGUMENT` naming the field at fault, and never a value. */
export function checkCredentialWrite({ name, values, infoJson }: CredentialWrite): void {
  if (name === '' || name.length > LONGEST_NAME || hasControlCharacter(name))
    throw invalid('credential_name', `must be a text of 1 to ${LONGEST_NAME} characters without control characters`);
  for (const [field, value] of Object.entries(values)) {
    // An empty one takes the value out.
    const reason = value === '' ? refuseCredentialValue(field, undefined) : refuseCredentialValue(field, value);
    if (reason !== null) throw invalid(`credential_values.${field}`, reason);
    if (value.length > LONGEST_VALUE || value.includes('\0'))
      throw invalid(`credential_values.${field}`, `must be a text of at most ${LONGEST_VALUE} characters`);
  }
  if (infoJson.length > LONGEST_INFO || infoJson.includes('\\u0000'))
    throw invalid('credential_info', `must be at most ${LONGEST_INFO} characters of JSON without NUL`);
}

function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}

function invalid(field: string, reason: string): GrpcFault {
  return new GrpcFault('INVALID_ARGUMENT', `'${field}' ${reason}.`, field);
}

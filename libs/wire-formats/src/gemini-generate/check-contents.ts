import { isRecord } from '@gateway/domain';
import { faultAt, faultWithin, firstFaultIn, type RequestFault } from '../request-fault';
import { fieldOf, listOf } from './fields';

type Fields = Readonly<Record<string, unknown>>;
type PartCheck = (value: Fields) => RequestFault | null;

/** `function` is what results of functions came under before they became the user's. */
const ROLES: readonly unknown[] = [undefined, 'user', 'model', 'function'];

/** What each known kind of part must have. Kinds we do not know are the provider's business. */
const PART_CHECKS: readonly (readonly [name: string, check: PartCheck])[] = [
  ['inlineData', (data) => requireString(data, 'mimeType') ?? requireString(data, 'data')],
  ['fileData', (data) => requireString(data, 'fileUri')],
  ['functionCall', (call) => requireName(call) ?? optionalRecord(call, 'args') ?? optionalString(call, 'id')],
  [
    'functionResponse',
    (result) => requireName(result) ?? optionalRecord(result, 'response') ?? optionalString(result, 'id'),
  ],
];

export function checkContents(contents: unknown): RequestFault | null {
  if (contents === undefined || (!Array.isArray(contents) && !isRecord(contents))) {
    return faultAt('contents', 'must be an array of contents');
  }
  const list = listOf(contents);
  if (list.length === 0) return faultAt('contents', 'must have at least one content');
  const fault = firstFaultIn(list, checkContent);
  return fault && faultWithin('contents', fault);
}

export function checkSystem(system: unknown): RequestFault | null {
  if (system === undefined) return null;
  const fault = isRecord(system) ? checkParts(system.parts) : faultAt('', 'must be an object with parts');
  return fault && faultWithin('systemInstruction', fault);
}

export function checkContent(content: unknown): RequestFault | null {
  if (!isRecord(content)) return faultAt('', 'must be an object with a role and parts');
  if (!ROLES.includes(content.role ?? undefined)) return faultAt('role', 'must be "user" or "model"');
  return checkParts(content.parts);
}

function checkParts(parts: unknown): RequestFault | null {
  if (!Array.isArray(parts) && !isRecord(parts)) return faultAt('parts', 'must be an array of parts');
  const list = listOf(parts);
  if (list.length === 0) return faultAt('parts', 'must have at least one part');
  const fault = firstFaultIn(list, checkPart);
  return fault && faultWithin('parts', fault);
}

function checkPart(part: unknown): RequestFault | null {
  if (!isRecord(part)) return faultAt('', 'must be an object');
  const plain = optionalString(part, 'text') ?? optionalString(part, 'thoughtSignature') ?? optionalThought(part);
  if (plain !== null) return plain;
  for (const [name, check] of PART_CHECKS) {
    const value = fieldOf(part, name);
    if (value === undefined) continue;
    const fault = isRecord(value) ? check(value) : faultAt('', 'must be an object');
    if (fault !== null) return faultWithin(name, fault);
  }
  return null;
}

function optionalThought({ thought }: Fields): RequestFault | null {
  return thought === undefined || thought === null || typeof thought === 'boolean'
    ? null
    : faultAt('thought', 'must be a boolean');
}

function requireName(record: Fields): RequestFault | null {
  return typeof record.name === 'string' && record.name !== '' ? null : faultAt('name', 'must be a non-empty string');
}

function requireString(record: Fields, name: string): RequestFault | null {
  return typeof fieldOf(record, name) === 'string' ? null : faultAt(name, 'must be a string');
}

function optionalString(record: Fields, name: string): RequestFault | null {
  const value = fieldOf(record, name);
  return value === undefined || typeof value === 'string' ? null : faultAt(name, 'must be a string');
}

function optionalRecord(record: Fields, name: string): RequestFault | null {
  const value = fieldOf(record, name);
  return value === undefined || isRecord(value) ? null : faultAt(name, 'must be an object');
}

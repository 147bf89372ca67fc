import type { GenerateKeyRequest } from '@gateway/contracts';
import { isRecord } from '@gateway/domain';
import { GrpcFault } from '@gateway/service-kit';
import { problemWithKey } from './key-secret';
import type { NewKeyRow } from './key-store';

export type WantedKey = Omit<NewKeyRow, 'keyHash' | 'keyName'> & { readonly key: string | null };

const MOST_NAME_CHARACTERS = 255;
const MOST_MODELS = 1_000;
const MOST_METADATA_CHARACTERS = 65_536;
const LAST_UNIX_MS = 253_402_300_799_999; // the end of the year 9999

/** @throws GrpcFault INVALID_ARGUMENT naming the field by its name in `POST /key/generate`. */
export function readGenerateRequest(request: GenerateKeyRequest): WantedKey {
  const problem = request.key === '' ? null : problemWithKey(request.key);
  if (problem !== null) throw new GrpcFault('INVALID_ARGUMENT', problem, 'key');
  if (request.models.length > MOST_MODELS) {
    throw new GrpcFault('INVALID_ARGUMENT', `models: at most ${MOST_MODELS} entries`, 'models');
  }
  return {
    key: request.key === '' ? null : request.key,
    keyAlias: nameOrNull(request.keyAlias, 'key_alias'),
    userId: nameOrNull(request.userId, 'user_id'),
    teamId: nameOrNull(request.teamId, 'team_id'),
    models: request.models.map((model) => nameOrNull(model, 'models')).filter((model) => model !== null),
    metadataJson: readMetadata(request.metadataJson),
    expiresAtUnixMs: readExpiry(request.expiresAtUnixMs),
  };
}

function nameOrNull(value: string, field: string): string | null {
  if (value === '') return null;
  if (value.length > MOST_NAME_CHARACTERS) {
    throw new GrpcFault('INVALID_ARGUMENT', `${field}: at most ${MOST_NAME_CHARACTERS} characters`, field);
  }
  if (value.includes('\0')) throw new GrpcFault('INVALID_ARGUMENT', `${field}: must not contain U+0000`, field);
  return value;
}

function readMetadata(text: string): string {
  if (text === '') return '{}';
  if (text.length > MOST_METADATA_CHARACTERS) {
    throw new GrpcFault('INVALID_ARGUMENT', `metadata: at most ${MOST_METADATA_CHARACTERS} characters`, 'metadata');
  }
  if (!isRecord(parseOrUndefined(text)) || /\\u0000/i.test(text)) {
    throw new GrpcFault('INVALID_ARGUMENT', 'metadata: must be a JSON object', 'metadata');
  }
  return text;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller names the field.
  }
}

function readExpiry(unixMs: number): number | null {
  if (unixMs === 0) return null;
  if (unixMs < 0 || unixMs > LAST_UNIX_MS) {
    throw new GrpcFault('INVALID_ARGUMENT', 'expires: not a time between 1970 and 9999', 'expires');
  }
  return unixMs;
}

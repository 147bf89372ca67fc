import { randomUUID } from 'node:crypto';
import type { ModelWrite } from '@gateway/contracts';
import { GrpcFault } from '@gateway/service-kit';
import type { JsonObject } from './stored-model';

const LONGEST_JSON = 64 * 1024;
/** What ids are reduced to everywhere: one that would be changed would not be found again. */
const ID = /^[A-Za-z0-9_-]{1,128}$/;
/** The gateway says these itself. */
const OWN_INFO: ReadonlySet<string> = new Set([
  'id',
  'db_model',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
]);

export interface ModelWish {
  readonly id: string;
  /** Empty: as it is. */
  readonly name: string;
  readonly params: JsonObject;
  readonly info: JsonObject;
}

/**
 * What a client wants of a model, without what the gateway says itself. A null says nothing: LiteLLM's clients send every field.
 * @throws GrpcFault `INVALID_ARGUMENT`
 */
export function readModelWrite({ id, modelName, paramsJson, infoJson }: ModelWrite): ModelWish {
  if (id !== '' && !ID.test(id)) {
    throw invalid('model_info.id', 'must be 1 to 128 letters, digits, hyphens and underscores');
  }
  const info = Object.entries(readObject('model_info', infoJson)).filter(([name]) => !OWN_INFO.has(name));
  return {
    id: id || randomUUID(),
    name: modelName,
    params: readObject('litellm_params', paramsJson),
    info: Object.fromEntries(info),
  };
}

function readObject(field: string, json: string): JsonObject {
  if (json === '') return {};
  if (json.length > LONGEST_JSON || json.includes('\\u0000'))
    throw invalid(field, 'must be at most 64 kB of JSON without NUL');
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field, 'must be an object');
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function invalid(field: string, reason: string): GrpcFault {
  return new GrpcFault('INVALID_ARGUMENT', `'${field}' ${reason}.`, field);
}

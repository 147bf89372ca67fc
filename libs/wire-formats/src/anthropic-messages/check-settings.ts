import { isRecord } from '@gateway/domain';
import { faultAt, faultWithin, type RequestFault } from '../request-fault';
import { checkSystem } from './check-content';
import { checkToolChoice, checkTools } from './check-tools';

type SettingCheck = (value: unknown) => RequestFault | null;

/** Smallest thinking budget the API takes (`ThinkingConfigEnabled` in @anthropic-ai/sdk 1.11.0). */
const MIN_THINKING_BUDGET_TOKENS = 1024;

/** Every optional field the wire defines and we know the type of. `null` counts as absent. */
const SETTING_CHECKS: readonly (readonly [name: string, check: SettingCheck])[] = [
  ['system', checkSystem],
  ['stream', (value) => (typeof value === 'boolean' ? null : faultAt('', 'must be a boolean'))],
  ['temperature', checkFraction],
  ['top_p', checkFraction],
  ['top_k', (value) => (isWholeNumber(value, 0) ? null : faultAt('', 'must be an integer of at least 0'))],
  ['stop_sequences', checkStopSequences],
  ['tools', checkTools],
  ['tool_choice', checkToolChoice],
  ['thinking', checkThinking],
  ['metadata', checkMetadata],
  ['output_config', checkOutputConfig],
  ['service_tier', (value) => (typeof value === 'string' ? null : faultAt('', 'must be a string'))],
];

export function checkSettings(body: Record<string, unknown>): RequestFault | null {
  for (const [name, check] of SETTING_CHECKS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    const fault = check(value);
    if (fault !== null) return faultWithin(name, fault);
  }
  return null;
}

export function isWholeNumber(value: unknown, minimum: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum;
}

function checkFraction(value: unknown): RequestFault | null {
  return typeof value === 'number' && value >= 0 && value <= 1 ? null : faultAt('', 'must be a number from 0 to 1');
}

function checkStopSequences(value: unknown): RequestFault | null {
  if (!Array.isArray(value)) return faultAt('', 'must be an array of strings');
  const index = value.findIndex((sequence) => typeof sequence !== 'string');
  return index === -1 ? null : faultAt(`[${index}]`, 'must be a string');
}

function checkThinking(value: unknown): RequestFault | null {
  if (!isRecord(value)) return faultAt('', 'must be an object');
  if (typeof value.type !== 'string') return faultAt('type', 'must be a string');
  if (value.type === 'enabled' && !isWholeNumber(value.budget_tokens, MIN_THINKING_BUDGET_TOKENS)) {
    return faultAt('budget_tokens', `must be an integer of at least ${MIN_THINKING_BUDGET_TOKENS}`);
  }
  return null;
}

function checkMetadata(value: unknown): RequestFault | null {
  if (!isRecord(value)) return faultAt('', 'must be an object');
  const userId = value.user_id;
  if (userId === undefined || userId === null || typeof userId === 'string') return null;
  return faultAt('user_id', 'must be a string');
}

function checkOutputConfig(value: unknown): RequestFault | null {
  if (!isRecord(value)) return faultAt('', 'must be an object');
  if (value.effort !== undefined && value.effort !== null && typeof value.effort !== 'string') {
    return faultAt('effort', 'must be a string');
  }
  const format = value.format;
  if (format === undefined || format === null) return null;
  if (!isRecord(format)) return faultAt('format', 'must be an object');
  if (typeof format.type !== 'string') return faultAt('format.type', 'must be a string');
  return format.type === 'json_schema' && !isRecord(format.schema)
    ? faultAt('format.schema', 'must be an object')
    : null;
}

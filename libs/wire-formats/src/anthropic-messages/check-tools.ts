import { isRecord } from '@gateway/domain';
import { faultAt, firstFaultIn, type RequestFault } from '../request-fault';

const CHOICE_TYPES: readonly unknown[] = ['auto', 'any', 'tool', 'none'];

export function checkTools(tools: unknown): RequestFault | null {
  if (!Array.isArray(tools)) return faultAt('', 'must be an array');
  return firstFaultIn(tools, checkTool);
}

export function checkToolChoice(choice: unknown): RequestFault | null {
  if (!isRecord(choice)) return faultAt('', 'must be an object');
  if (!CHOICE_TYPES.includes(choice.type)) {
    return faultAt('type', 'must be one of "auto", "any", "tool", "none"');
  }
  if (choice.type === 'tool' && (typeof choice.name !== 'string' || choice.name === '')) {
    return faultAt('name', 'must be a non-empty string');
  }
  const disableParallel = choice.disable_parallel_tool_use;
  if (disableParallel !== undefined && disableParallel !== null && typeof disableParallel !== 'boolean') {
    return faultAt('disable_parallel_tool_use', 'must be a boolean');
  }
  return null;
}

function checkTool(tool: unknown): RequestFault | null {
  if (!isRecord(tool)) return faultAt('', 'must be an object');
  const type = tool.type ?? 'custom';
  if (typeof type !== 'string') return faultAt('type', 'must be a string');
  // Server tools (`web_search_20250305`, …) have fields of their own that change with every version.
  if (type !== 'custom') return null;
  if (typeof tool.name !== 'string' || tool.name === '') return faultAt('name', 'must be a non-empty string');
  if (!isRecord(tool.input_schema)) return faultAt('input_schema', 'must be an object');
  if (tool.description !== undefined && tool.description !== null && typeof tool.description !== 'string') {
    return faultAt('description', 'must be a string');
  }
  return null;
}

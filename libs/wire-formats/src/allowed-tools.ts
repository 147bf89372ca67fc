import { type ChatRequest, isRecord, type ToolDefinition } from '@gateway/domain';

type Choice = Pick<ChatRequest, 'toolChoice' | 'tools'>;

/**
 * OpenAI's choice among some of the tools. Other wires have no such list, so the tools that may not be called are left out;
 * null where the choice is about tools that are no functions, or about none.
 */
export function decodeAllowedTools(choice: unknown, tools: readonly ToolDefinition[]): Choice | null {
  if (!isRecord(choice) || !Array.isArray(choice.tools) || choice.tools.length === 0) return null;
  const names = choice.tools.map(nameOf);
  if (names.some((name) => name === null)) return null;
  return {
    tools: tools.filter(({ name }) => names.includes(name)),
    toolChoice: { type: choice.mode === 'required' ? 'required' : 'auto' },
  };
}

/** Chat keeps the name in an object of its own, Responses beside the type. */
function nameOf(tool: unknown): string | null {
  if (!isRecord(tool) || tool.type !== 'function') return null;
  const { name } = isRecord(tool.function) ? tool.function : tool;
  return typeof name === 'string' ? name : null;
}

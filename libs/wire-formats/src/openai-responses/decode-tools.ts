import type { ChatRequest, ToolDefinition } from '@gateway/domain';
import { decodeAllowedTools } from '../allowed-tools';
import type { KeepUnmapped } from './decode-content';
import type { ResponsesRequestBody, ToolBody, ToolChoiceBody } from './request-schema';

type FunctionTool = Extract<ToolBody, { type: 'function' }>;

const NO_PARAMETERS = Object.freeze({ type: 'object', properties: Object.freeze({}) });

export function decodeToolUse(
  { tools, tool_choice: choice }: Pick<ResponsesRequestBody, 'tools' | 'tool_choice'>,
  keep: KeepUnmapped,
): Pick<ChatRequest, 'tools' | 'toolChoice'> {
  const declared = decodeTools(tools ?? [], keep);
  const isAllowance = typeof choice === 'object' && choice?.type === 'allowed_tools';
  const allowed = isAllowance ? decodeAllowedTools(choice, declared.tools ?? []) : null;
  return allowed ?? { ...declared, ...decodeToolChoice(choice, keep) };
}

/** Tools that run at the provider are kept by place and name: an error about one has to say which. */
function decodeTools(tools: readonly ToolBody[], keep: KeepUnmapped): Pick<ChatRequest, 'tools'> {
  const functions: ToolDefinition[] = [];
  tools.forEach((tool, index) => {
    if (isFunction(tool)) functions.push(decodeFunction(tool));
    else keep(`tools[${index}].${tool.type}`, tool);
  });
  return functions.length > 0 ? { tools: functions } : {};
}

function decodeToolChoice(
  choice: ToolChoiceBody | null | undefined,
  keep: KeepUnmapped,
): Pick<ChatRequest, 'toolChoice'> {
  if (choice === null || choice === undefined) return {};
  if (typeof choice === 'string') return { toolChoice: { type: choice } };
  if (choice.type === 'function') return { toolChoice: { type: 'tool', name: String(choice.name) } };
  keep('tool_choice', choice);
  return {};
}

function isFunction(tool: ToolBody): tool is FunctionTool {
  return tool.type === 'function';
}

function decodeFunction({ name, description, parameters, strict }: FunctionTool): ToolDefinition {
  return {
    name,
    ...(typeof description === 'string' && { description }),
    inputSchema: parameters ?? NO_PARAMETERS,
    ...(typeof strict === 'boolean' && { strict }),
  };
}

import type { ChatRequest, ToolChoice, ToolDefinition } from '@gateway/domain';
import { cacheControlOf } from './decode-content';
import type { RequestTool, RequestToolChoice } from './request-body';

/** Custom tools → hub. Server tools run at Anthropic and are reported to `onUnmapped` with their path. */
export function decodeTools(
  tools: readonly RequestTool[],
  onUnmapped: (path: string, tool: RequestTool) => void,
): ToolDefinition[] {
  const definitions: ToolDefinition[] = [];
  tools.forEach((tool, index) => {
    if ((tool.type ?? 'custom') === 'custom') definitions.push(decodeTool(tool));
    else onUnmapped(`tools[${index}]`, tool);
  });
  return definitions;
}

export function decodeToolChoice(choice: RequestToolChoice): Pick<ChatRequest, 'toolChoice' | 'parallelToolCalls'> {
  const disableParallel = choice.disable_parallel_tool_use;
  return {
    toolChoice: hubChoiceOf(choice),
    ...(typeof disableParallel === 'boolean' && { parallelToolCalls: !disableParallel }),
  };
}

function decodeTool(tool: RequestTool): ToolDefinition {
  return {
    name: tool.name ?? '',
    ...(typeof tool.description === 'string' && { description: tool.description }),
    inputSchema: tool.input_schema,
    ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
    ...cacheControlOf(tool),
  };
}

function hubChoiceOf(choice: RequestToolChoice): ToolChoice {
  if (choice.type === 'any') return { type: 'required' };
  if (choice.type === 'tool') return { type: 'tool', name: choice.name ?? '' };
  return { type: choice.type };
}

import type { ChatRequest, ToolChoice, ToolDefinition } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';

/** `tools` and `toolConfig`; a choice means nothing without tools. `strict` is a hint: the API has no such promise. */
export function encodeTools(request: ChatRequest, losses: ParameterLosses): Record<string, unknown> {
  const { tools, toolChoice, parallelToolCalls } = request;
  if (tools === undefined || tools.length === 0) return {};
  if (parallelToolCalls === false) {
    losses.reportSetting('parallelToolCalls', 'Gemini models may always call several tools at once.');
  }
  return {
    tools: [{ functionDeclarations: tools.map(encodeTool) }],
    ...(toolChoice && { toolConfig: { functionCallingConfig: encodeChoice(toolChoice) } }),
  };
}

/** `parametersJsonSchema` takes JSON Schema as it is; the older `parameters` knows a part of OpenAPI's only. */
function encodeTool(tool: ToolDefinition): Record<string, unknown> {
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    ...(tool.inputSchema !== undefined && { parametersJsonSchema: tool.inputSchema }),
  };
}

function encodeChoice(choice: ToolChoice): Record<string, unknown> {
  switch (choice.type) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  }
}

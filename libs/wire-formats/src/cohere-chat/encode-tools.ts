import type { ChatRequest, ToolDefinition } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';

/**
 * `tools`, `tool_choice` and `strict_tools`. The API can insist on a call but not on one of which tool, so that a choice by
 * name leaves the model no other tool.
 */
export function encodeTools(request: ChatRequest, losses: ParameterLosses): Record<string, unknown> {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) return {};
  if (parallelToolCalls === false) {
    losses.reportSetting('parallelToolCalls', 'Cohere’s models may call several tools at once.');
  }
  const offered = toolChoice?.type === 'tool' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  return {
    tools: offered.map(encodeTool),
    ...(offered.every(({ strict }) => strict === true) && { strict_tools: true }),
    ...(toolChoice && CHOICES[toolChoice.type] && { tool_choice: CHOICES[toolChoice.type] }),
  };
}

/** Nothing said is `auto`. */
const CHOICES = { auto: undefined, none: 'NONE', required: 'REQUIRED', tool: 'REQUIRED' } as const;

function encodeTool({ name, description, inputSchema }: ToolDefinition): Record<string, unknown> {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: inputSchema ?? { type: 'object', properties: {} },
    },
  };
}

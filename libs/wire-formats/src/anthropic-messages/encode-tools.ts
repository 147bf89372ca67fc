import { type ChatRequest, isRecord, type ToolChoice, type ToolDefinition } from '@gateway/domain';

/** `tools` and `tool_choice`. A choice is only sent with tools: the API refuses one without the other. */
export function encodeTools(request: ChatRequest): Record<string, unknown> {
  const { tools, toolChoice, parallelToolCalls } = request;
  if (tools === undefined || tools.length === 0) return {};
  const choice = encodeToolChoice(toolChoice, parallelToolCalls);
  return { tools: tools.map(encodeTool), ...(choice && { tool_choice: choice }) };
}

function encodeTool(tool: ToolDefinition): Record<string, unknown> {
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: inputSchemaOf(tool.inputSchema),
    ...(tool.strict !== undefined && { strict: tool.strict }),
    ...(tool.cacheControl === undefined ? {} : { cache_control: tool.cacheControl }),
  };
}

/** Parameters are optional on OpenAI's wire; here a schema of type `object` is required. */
function inputSchemaOf(schema: unknown): unknown {
  if (!isRecord(schema)) return { type: 'object', properties: {} };
  return schema.type === undefined ? { ...schema, type: 'object' } : schema;
}

/** Parallel use is a field of the choice, so saying something about it without a choice means `auto`. */
function encodeToolChoice(
  choice: ToolChoice | undefined,
  parallel: boolean | undefined,
): Record<string, unknown> | undefined {
  if (choice === undefined && parallel === undefined) return undefined;
  const parallelField = parallel === undefined ? {} : { disable_parallel_tool_use: !parallel };
  switch (choice?.type) {
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...parallelField };
    case 'tool':
      return { type: 'tool', name: choice.name, ...parallelField };
    default:
      return { type: 'auto', ...parallelField };
  }
}

import { type ChatRequest, isRecord, type ToolChoice, type ToolDefinition } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';
import { cachePoint } from './encode-content';
import { JSON_ANSWER_TOOL } from './json-answer-tool';
import type { ModelTraits } from './model-traits';

export interface EncodedTools {
  readonly toolConfig?: Record<string, unknown>;
  /** The model's own way to say what Converse has no word for. */
  readonly ownChoice?: Record<string, unknown>;
}

export interface ToolTask {
  readonly traits: ModelTraits;
  readonly losses: ParameterLosses;
  /** Arguments of the tool that stands for a JSON answer, where the model needs one. */
  readonly answerSchema: unknown;
  /** Thinking does not go with a choice that forces a tool. */
  readonly mayForce: boolean;
}

/** `toolConfig`; a choice means nothing without tools. */
export function encodeTools(request: ChatRequest, task: ToolTask): EncodedTools {
  const offered = request.toolChoice?.type === 'none' ? withoutTools(request, task) : (request.tools ?? []);
  const tools = offered.length > 0 ? offered : toolsOfConversation(request);
  const specs = tools.flatMap((tool) => [encodeTool(tool), ...cachePointAfter(tool, task.traits)]);
  if (task.answerSchema !== undefined) specs.push(answerTool(request, task.answerSchema));
  if (specs.length === 0) return {};
  const toolChoice = choiceOf(request, task, offered.length > 0);
  const ownChoice = offered.length > 0 ? parallelChoice(request, task) : undefined;
  return {
    toolConfig: { tools: specs, ...(toolChoice && { toolChoice }) },
    ...(ownChoice && { ownChoice }),
  };
}

/** Converse cannot forbid tools, but a model that is told of none calls none. */
function withoutTools(request: ChatRequest, { losses }: ToolTask): readonly ToolDefinition[] {
  if (toolsOfConversation(request).length === 0) return [];
  losses.reportSetting('toolChoice', 'Bedrock cannot forbid tools in a conversation that has used them.');
  return request.tools ?? [];
}

/**
 * A conversation that used tools is refused unless tools are named. Clients that offer none any more get those the
 * conversation used.
 */
function toolsOfConversation({ messages }: ChatRequest): readonly ToolDefinition[] {
  const content = messages.flatMap((message) => message.content);
  const called = content.flatMap((part) => (part.type === 'tool-call' ? [part.name] : []));
  const isUsed = content.some((part) => part.type === 'tool-call' || part.type === 'tool-result');
  if (!isUsed) return [];
  const names = called.length > 0 ? [...new Set(called)] : ['unknown_tool'];
  return names.map((name) => ({ name, description: 'No longer available.', inputSchema: undefined }));
}

function encodeTool(tool: ToolDefinition): Record<string, unknown> {
  return {
    toolSpec: {
      name: tool.name,
      // An empty description is refused.
      ...(tool.description && { description: tool.description }),
      inputSchema: { json: inputSchemaOf(tool.inputSchema) },
      ...(tool.strict === true && { strict: true }),
    },
  };
}

function cachePointAfter({ cacheControl }: ToolDefinition, { cachePoints }: ModelTraits): Record<string, unknown>[] {
  return isRecord(cacheControl) && cachePoints === 'anywhere' ? [cachePoint(cacheControl)] : [];
}

function answerTool({ responseFormat }: ChatRequest, schema: unknown): Record<string, unknown> {
  const about = responseFormat?.type === 'json-schema' ? responseFormat.description : undefined;
  const description = `Gives the answer to the user. Always call this to answer.${about ? ` ${about}` : ''}`;
  return { toolSpec: { name: JSON_ANSWER_TOOL, description, inputSchema: { json: inputSchemaOf(schema) } } };
}

/** Parameters are optional on OpenAI's wire; here a schema of type `object` is required. */
function inputSchemaOf(schema: unknown): unknown {
  if (!isRecord(schema)) return { type: 'object', properties: {} };
  return schema.type === undefined ? { ...schema, type: 'object' } : schema;
}

function choiceOf(
  { toolChoice }: ChatRequest,
  { answerSchema, mayForce }: ToolTask,
  hasTools: boolean,
): Record<string, unknown> | undefined {
  if (answerSchema !== undefined && mayForce) return hasTools ? { any: {} } : { tool: { name: JSON_ANSWER_TOOL } };
  return hasTools ? encodeChoice(toolChoice) : undefined;
}

function encodeChoice(choice: ToolChoice | undefined): Record<string, unknown> | undefined {
  switch (choice?.type) {
    case 'required':
      return { any: {} };
    case 'tool':
      return { tool: { name: choice.name } };
    case 'auto':
      return { auto: {} };
    default:
      return undefined;
  }
}

/** Converse has no word for it; Anthropic's own choice has, and does not go with Converse's for a forced tool. */
function parallelChoice(request: ChatRequest, { traits, losses }: ToolTask): Record<string, unknown> | undefined {
  if (request.parallelToolCalls !== false) return undefined;
  const isFree = request.toolChoice === undefined || request.toolChoice.type === 'auto';
  if (traits.isClaude && isFree) return { type: 'auto', disable_parallel_tool_use: true };
  losses.reportSetting('parallelToolCalls', 'Converse cannot keep this model to one tool at a time.');
  return undefined;
}

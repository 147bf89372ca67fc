import { firstIssue } from '../server/first-issue';
import type { Checked, Refusal } from '../server/vendor-wire';
import { validationFault } from './bedrock-refusals';
import {
  type ConverseBody,
  type ConverseMessage,
  converseSchema,
  converseSchemaClosed,
} from './converse-request-schema';

/** Refuses what the API would refuse: shapes and ranges, and rules between fields. */
export function checkConverseBody(body: unknown, rejectUnknownFields: boolean): Checked<ConverseBody> {
  const parsed = (rejectUnknownFields ? converseSchemaClosed : converseSchema).safeParse(body, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return {
      refusal: validationFault(
        `1 validation error detected: Value at '${issue.path}' failed to satisfy constraint: ${issue.message}`,
      ),
    };
  }
  const { data } = parsed;
  const refusal = blocksFault(data) ?? turnsFault(data.messages) ?? toolsFault(data) ?? settingsFault(data);
  return refusal ? { refusal } : { value: data };
}

/** A content block is a union: exactly one of its members. */
function blocksFault({ messages }: ConverseBody): Refusal | null {
  const names = new Set<string>();
  for (const [index, { content }] of messages.entries()) {
    for (const block of content) {
      if (Object.values(block).filter((value) => value !== undefined).length !== 1) {
        return validationFault(`messages.${index}.content: a block must have exactly one member`);
      }
      const name = block.document?.name;
      if (name !== undefined && names.has(name)) return validationFault(`Document names must be unique: ${name}`);
      if (name !== undefined) names.add(name);
    }
    const hasDocument = content.some((block) => block.document !== undefined);
    if (hasDocument && !content.some((block) => block.text !== undefined)) {
      return validationFault('A text block is required in a message with a document.');
    }
  }
  return null;
}

function turnsFault(messages: readonly ConverseMessage[]): Refusal | null {
  let open: string[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== (index % 2 === 0 ? 'user' : 'assistant')) {
      return validationFault(
        'A conversation must alternate between user and assistant roles, beginning with a user message.',
      );
    }
    const results = content.flatMap(({ toolResult }) => toolResult?.toolUseId ?? []);
    if ([...results].sort().join() !== [...open].sort().join()) {
      return validationFault(`Expected toolResult blocks at messages.${index}.content for the following Ids: ${open}`);
    }
    const calls = content.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []);
    if (calls.length > 0 && role !== 'assistant') return validationFault('User messages cannot contain tool uses');
    open = calls;
  }
  return null;
}

function toolsFault({ messages, toolConfig }: ConverseBody): Refusal | null {
  const usesTools = messages.some(({ content }) => content.some((block) => block.toolUse ?? block.toolResult));
  if (usesTools && !toolConfig) {
    return validationFault('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  }
  const declared = (toolConfig?.tools ?? []).flatMap(({ toolSpec }) => toolSpec?.name ?? []);
  if (new Set(declared).size < declared.length) return validationFault('The tool names are not unique.');
  const forced = toolConfig?.toolChoice?.tool?.name;
  return forced === undefined || declared.includes(forced) ? null : validationFault(`There is no tool ${forced}.`);
}

function settingsFault({
  additionalModelRequestFields: fields,
  inferenceConfig,
  toolConfig,
}: ConverseBody): Refusal | null {
  const thinking = fields?.thinking as { type?: unknown; budget_tokens?: unknown } | undefined;
  if (thinking?.type !== 'enabled') return null;
  const budget = Number(thinking.budget_tokens);
  if (!(budget >= 1_024)) return validationFault('thinking.enabled.budget_tokens: must be at least 1024');
  if (budget >= (inferenceConfig?.maxTokens ?? Number.POSITIVE_INFINITY)) {
    return validationFault('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  const { any, tool } = toolConfig?.toolChoice ?? {};
  return (any ?? tool) ? validationFault('Thinking may not be enabled when tool_choice forces tool use.') : null;
}

import { firstIssue } from '../server/first-issue';
import type { Checked } from '../server/vendor-wire';
import { type OllamaChatBody, ollamaChatSchema, ollamaChatSchemaClosed } from './chat-request-schema';
import { invalidBody } from './ollama-refusals';

/** Refuses what the server would refuse: shapes, and a level of thought for models that know only yes and no. */
export function checkChatBody(body: unknown, rejectUnknownFields: boolean): Checked<OllamaChatBody> {
  const schema = rejectUnknownFields ? ollamaChatSchemaClosed : ollamaChatSchema;
  const parsed = schema.safeParse(body, { reportInput: true });
  if (!parsed.success) {
    const { path, message } = firstIssue(parsed.error);
    return { refusal: invalidBody(`json: cannot unmarshal ${path || 'body'}: ${message}`, path || null) };
  }
  const { think, model } = parsed.data;
  if (typeof think === 'string' && !model.includes('gpt-oss')) {
    return { refusal: invalidBody(`think value "${think}" is not supported for this model`) };
  }
  return { value: parsed.data };
}

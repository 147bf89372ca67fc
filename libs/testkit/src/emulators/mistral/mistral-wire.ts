import { generateAnswer } from '../answer/answer-generator';
import type { Fault } from '../faults/fault';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked, PreparedAnswer, VendorResource, VendorWire } from '../server/vendor-wire';
import { type MistralChatBody, mistralChatSchema } from './chat-request-schema';
import { readMistralEmbeddings } from './embeddings';
import { encodeMistralAnswer, encodeMistralStream } from './encode-answer';
import { invalidField, mistralErrorDocument, mistralRefusal, refuseMistralCaller } from './mistral-refusals';
import { readMistralPrompt } from './read-prompt';

/** 2025-01-01, so that the model list is the same on every run. */
const MODEL_CREATED_UNIX_S = 1_735_689_600;

export const mistralWire: VendorWire = {
  defaultModels: ['mock-mistral', 'mock-magistral', 'mistral-embed'],
  resource: findResource,
  refuseCaller: refuseMistralCaller,
  readChat,
  readTokenCount: () => ({ refusal: mistralRefusal(404) }),
  modelList: (models) => ({ object: 'list', data: models.map(modelDocument) }),
  modelDocument,
  refusalForStatus: mistralRefusal,
  errorDocument: mistralErrorDocument,
  responseHeaders: (requestId) => ({ 'mistral-correlation-id': requestId, 'x-kong-request-id': requestId }),
};

function findResource(method: string, path: string): VendorResource | null {
  if (method === 'POST' && path === '/v1/chat/completions') return { type: 'chat' };
  if (method === 'POST' && path === '/v1/embeddings') return { type: 'chat', read: readMistralEmbeddings };
  return method === 'GET' && path === '/v1/models' ? { type: 'models' } : null;
}

function modelDocument(id: string): unknown {
  return {
    id,
    object: 'model',
    created: MODEL_CREATED_UNIX_S,
    owned_by: 'mistralai',
    capabilities: {
      completion_chat: true,
      function_calling: true,
      completion_fim: false,
      fine_tuning: false,
      vision: true,
    },
    max_context_length: 131_072,
    aliases: [],
    type: 'base',
  };
}

function readChat(given: unknown): Checked<ChatCall> {
  const parsed = mistralChatSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const { path, message, unknownField } = firstIssue(parsed.error);
    const type = unknownField === undefined ? 'value_error' : 'extra_forbidden';
    const words = unknownField === undefined ? message : 'Extra inputs are not permitted';
    return { refusal: invalidField(path, type, words) };
  }
  const body = parsed.data;
  return {
    value: {
      model: body.model,
      stream: body.stream ?? false,
      answer: (fault, sequence) => prepareAnswer(body, fault, sequence),
    },
  };
}

function prepareAnswer(body: MistralChatBody, fault: Fault, sequence: number): PreparedAnswer {
  const prompt = readMistralPrompt(body, fault.reasoningTokens);
  const answers = Array.from({ length: body.n ?? 1 }, (_, choice) => generateAnswer(prompt, choice, fault));
  const usage = {
    promptTokens: prompt.promptTokens,
    completionTokens: answers.reduce((sum, answer) => sum + answer.completionTokens, 0),
  };
  const head = {
    id: sequence.toString(16).padStart(32, '0'),
    model: body.model,
    createdUnixS: Math.floor(Date.now() / 1000),
  };
  const sent = fault.truncateWithoutFinish ? answers.map((answer) => ({ ...answer, finish: NO_FINISH })) : answers;
  return {
    id: head.id,
    ...usage,
    reasoningTokens: answers.reduce((sum, answer) => sum + answer.reasoning.length, 0),
    cachedTokens: 0,
    cacheWriteTokens: 0,
    whole: () => encodeMistralAnswer(head, sent, usage),
    emissions: () => encodeMistralStream(head, answers, usage),
    errorEvent: (code) => `data: ${JSON.stringify({ error: mistralErrorDocument(mistralRefusal(500, code)) })}\n\n`,
  };
}

const NO_FINISH = { type: 'forced', raw: null } as const;

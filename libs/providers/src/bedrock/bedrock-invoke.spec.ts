import type { ProviderCall, ProviderTarget } from '@gateway/provider-kit';
import { describeChatAdapter } from '@gateway/provider-kit/conformance';
import { chatAdapterFor } from '../provider-entry';
import { BEDROCK_CLAUDE_ADAPTER } from './bedrock-claude-adapter';
import { BEDROCK_CONVERSE_ENTRY, BEDROCK_ENTRY } from './bedrock-entry';
import { BEDROCK_TEXT_ADAPTER } from './bedrock-text-adapter';

const target = (overrides: Partial<ProviderTarget> = {}): ProviderTarget => ({
  baseUrl: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
  apiKey: null,
  region: 'eu-central-1',
  extraHeaders: {},
  ...overrides,
});

function emulate({ path, headers }: ProviderCall, key: string) {
  const refusal = (status: number, type: string, message: string) => ({
    status,
    headers: { 'x-amzn-errortype': type },
    body: JSON.stringify({ message }),
  });
  if (path.split('?')[0] !== '/model/m/invoke') return refusal(404, 'UnknownOperationException', 'no such call');
  if (headers.authorization === `Bearer ${key}`) return { status: 200, headers: {}, body: '{}' };
  return refusal(403, 'UnrecognizedClientException', `The token ${headers.authorization} is invalid.`);
}

const streamAccept = 'application/vnd.amazon.eventstream';
describeChatAdapter('B2 Claude by InvokeModel', {
  adapter: BEDROCK_CLAUDE_ADAPTER,
  streamAccept,
  makeTarget: target,
  emulate,
});
describeChatAdapter('B2 text models by InvokeModel', {
  adapter: BEDROCK_TEXT_ADAPTER,
  streamAccept,
  makeTarget: target,
  emulate,
});

const CLAUDE = 'eu.anthropic.claude-sonnet-4-5-v1:0';
const ARN = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/x';

describe('B2 the call that a model of Bedrock is chatted with', () => {
  const wireFor = (providerModel: string, client: 'openai-chat' | 'anthropic-messages', entry = BEDROCK_ENTRY) =>
    chatAdapterFor(entry, client, { target: target(), providerModel })?.wire;

  it.each([
    [CLAUDE, 'bedrock-converse', 'anthropic-messages'],
    [`us-east-1/${CLAUDE}`, 'bedrock-converse', 'anthropic-messages'],
    [`converse/${CLAUDE}`, 'bedrock-converse', 'bedrock-converse'],
    [`invoke/${CLAUDE}`, 'anthropic-messages', 'anthropic-messages'],
    [`us-east-1/invoke/${CLAUDE}`, 'anthropic-messages', 'anthropic-messages'],
    [ARN, 'bedrock-converse', 'bedrock-converse'],
    ['amazon.nova-lite-v1:0', 'bedrock-converse', 'bedrock-converse'],
    ['invoke/amazon.nova-lite-v1:0', 'bedrock-converse', 'bedrock-converse'],
    ['meta.llama3-8b-instruct-v1:0', 'bedrock-converse', 'bedrock-converse'],
    ['invoke/meta.llama3-8b-instruct-v1:0', 'bedrock-invoke', 'bedrock-invoke'],
    [`llama/${ARN}`, 'bedrock-invoke', 'bedrock-invoke'],
    ['cohere.command-text-v14', 'bedrock-invoke', 'bedrock-invoke'],
    ['converse/cohere.command-text-v14', 'bedrock-converse', 'bedrock-converse'],
  ])('for %s is %s, and for Anthropic’s clients %s', (model, openAi, anthropic) => {
    expect([wireFor(model, 'openai-chat'), wireFor(model, 'anthropic-messages')]).toEqual([openAi, anthropic]);
  });

  it('is Converse where LiteLLM’s other name says so', () => {
    expect(wireFor(`invoke/${CLAUDE}`, 'anthropic-messages', BEDROCK_CONVERSE_ENTRY)).toBe('bedrock-converse');
  });
});

describe('B2 a call of InvokeModel', () => {
  const callOf = (body: string, more: { stream?: boolean; beta?: string } = {}) => {
    const call = BEDROCK_CLAUDE_ADAPTER.buildChatCall(target(), Buffer.from(body), {
      providerModel: `invoke/${CLAUDE}`,
      stream: more.stream ?? false,
      ...(more.beta !== undefined && { forwardHeaders: { 'anthropic-beta': more.beta } }),
    });
    return { ...call, text: Buffer.from(call.body ?? []).toString('utf8') };
  };
  const id = encodeURIComponent(CLAUDE);

  it('says in its path whether it streams, and nowhere else', () => {
    expect(callOf('{"max_tokens": 1.0,"stream":true}', { stream: true })).toMatchObject({
      path: `/model/${id}/invoke-with-response-stream`,
      text: '{"max_tokens": 1.0}',
    });
    expect(callOf('{"max_tokens":1}').path).toBe(`/model/${id}/invoke`);
  });

  it('has the client’s betas in its body, unless they are there', () => {
    expect(callOf('{"a":1}', { beta: 'x-1, y-2' }).text).toBe('{"anthropic_beta":["x-1","y-2"],"a":1}');
    expect(callOf('{}', { beta: 'x-1' }).text).toBe('{"anthropic_beta":["x-1"]}');
    expect(callOf('{"anthropic_beta":[]}', { beta: 'x-1' }).text).toBe('{"anthropic_beta":[]}');
  });

  it('has its guardrail, latency and tier in headers', () => {
    const body = JSON.stringify({
      guardrailConfig: {
        guardrailIdentifier: 'g',
        guardrailVersion: '1',
        trace: 'enabled',
        streamProcessingMode: 'async',
      },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'priority' },
      a: 1,
    });
    const { headers, text } = callOf(body);
    expect(headers).toMatchObject({
      'x-amzn-bedrock-guardrailidentifier': 'g',
      'x-amzn-bedrock-guardrailversion': '1',
      'x-amzn-bedrock-trace': 'ENABLED',
      'x-amzn-bedrock-performanceconfig-latency': 'optimized',
      'x-amzn-bedrock-service-tier': 'priority',
    });
    expect(JSON.parse(text)).toEqual({ a: 1, 'amazon-bedrock-guardrailConfig': { streamProcessingMode: 'ASYNC' } });
  });

  it('never has a header of more than a line', () => {
    const { headers } = callOf('{"guardrailConfig":{"guardrailIdentifier":"g\\r\\nx-evil: 1"}}');
    expect(Object.keys(headers).filter((name) => name.startsWith('x-amzn-'))).toEqual([]);
  });

  it.each([
    [{ 'x-amzn-bedrock-input-token-count': '3', 'x-amzn-bedrock-output-token-count': '4' }, [3, 4]],
    [{ 'x-amzn-bedrock-input-token-count': '3' }, [3, 0]],
    [{ 'x-amzn-bedrock-input-token-count': 'many' }, undefined],
    [{}, undefined],
  ])('is counted in the headers of its answer: %j', (headers, tokens) => {
    const usage = BEDROCK_TEXT_ADAPTER.usageIn?.({ status: 200, headers: headers as Record<string, string> });
    expect(usage ? [usage.promptTokens, usage.completionTokens] : undefined).toEqual(tokens);
  });
});

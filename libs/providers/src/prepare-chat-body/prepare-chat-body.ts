import type { ChatCallWire, ChatRequest, ChatWire, Deployment } from '@gateway/domain';
import { applyTranslatedBodyQuirks, type ChatAdapter, type JsonBody, quirksFor } from '@gateway/provider-kit';

import {
  type ChatWireCodecs,
  clientFieldName,
  type EncodeRequestOptions,
  withReferenceNames,
} from '@gateway/wire-formats';
import { hasCacheMarks, stripCacheMarks } from './cache-marks';
import { completeRequest, mergeExtraBody, mergeFields } from './configured-defaults';
import { addConfiguredParams, hasConfiguredParams } from './configured-params';
import { stripGatewayFields } from './gateway-fields';
import { type FetchedContents, inlineContents } from './inline-contents';
import { type FlatWire, isFlatWire, synonymsOf } from './parameter-names';
import { parseObject } from './parse-object';
import { hasOthersProof, keepAtGateway, spliceUnstored } from './same-wire-responses';
import { spliceInsteadOfModel } from './splice-instead-of-model';
import { type SpliceSpans, spliceModel, spliceModelAndUsage, withUsage } from './splice-same-wire';

/**
 * For providers that demand an output limit when neither the client nor the configuration gives one. 4096 is what
 * every model of the Anthropic wire can write.
 */
export const FALLBACK_MAX_OUTPUT_TOKENS = 4096;

/** Wires on which a stream has its usage only by `stream_options`. */
const TELLS_USAGE_WHEN_ASKED: ReadonlySet<ChatWire> = new Set(['openai-chat', 'openai-completions']);

export interface PrepareChatBodyInput {
  readonly clientWire: ChatCallWire;
  /** The client's body as it came; valid JSON of `clientWire` (the edge has checked it). */
  readonly body: Uint8Array;
  /** Without them the body is parsed. */
  readonly spans?: SpliceSpans;
  readonly stream: boolean;
  readonly adapter: Pick<ChatAdapter, 'wire' | 'quirks' | 'modelQuirks' | 'insteadOfModel' | 'takesCacheMarks'>;
  /** The model's name at the provider. */
  readonly providerModel: string;
  readonly deployment: Pick<Deployment, 'defaultParams' | 'extraBody' | 'dropParams' | 'maxOutputTokens'>;
  /** True when the client addressed fields to the gateway itself; not needed where `spans` are left out for it. */
  readonly hasGatewayFields?: boolean;
  /** What the client named by URL, where it was fetched for this provider. */
  readonly contents?: FetchedContents;
  /** Most tokens of an answer where the client did not say how many; of calls of the gateway's own wire. */
  readonly outputCap?: number;
  readonly codecs: ChatWireCodecs;
}

export interface PreparedChatBody {
  /** Ready to send. Never the input's own buffer. */
  readonly body: Uint8Array;
  /** True when the body was written anew, through the hub's vocabulary. */
  readonly translated: boolean;
  /** The client's fields that were left out because `drop_params` allows it. */
  readonly dropped: readonly string[];
}

/**
 * Turns a client's body into the one for this deployment. Cheapest way first: same wire and nothing to add means new
 * bytes for the model name and no parsing; same wire otherwise means parse, adjust, write; another wire goes through
 * the hub. Gateway-only fields reach no provider on any of the ways.
 *
 * @throws GatewayException `unsupported_parameter` for what the provider cannot do, unless `dropParams`;
 *   `invalid_json` when the body is not a JSON object.
 */
export function prepareChatBody(input: PrepareChatBodyInput): PreparedChatBody {
  const hasFetched = input.contents !== undefined && input.contents.size > 0;
  if (input.clientWire !== input.adapter.wire || hasFetched) return translate(input);
  const { spans } = input;
  const body = spans && isUntouched(input) ? splice(input, spans) : null;
  return body === null ? adjust(input) : { body, translated: false, dropped: [] };
}

function isUntouched(input: PrepareChatBodyInput): boolean {
  if (input.hasGatewayFields || hasConfiguredParams(input.deployment)) return false;
  if (quirksFor(input.adapter, input.providerModel) !== null) return false;
  if (isRefusingMarks(input.adapter) && hasCacheMarks(input.body)) return false;
  return input.clientWire !== 'openai-responses' || !hasOthersProof(input.body);
}

/** Other wires have such marks themselves, or no client that could set them. */
function isRefusingMarks({ wire, takesCacheMarks }: PrepareChatBodyInput['adapter']): boolean {
  return wire === 'openai-chat' && takesCacheMarks !== true;
}

/** Null where only parsing helps. */
function splice(input: PrepareChatBodyInput, spans: SpliceSpans): Uint8Array | null {
  const { insteadOfModel } = input.adapter;
  if (insteadOfModel !== undefined) return spliceInsteadOfModel(input.body, spans, insteadOfModel);
  if (input.adapter.wire === 'openai-responses') return spliceUnstored(input.body, spans, input.providerModel);
  const needsUsage = input.stream && TELLS_USAGE_WHEN_ASKED.has(input.adapter.wire);
  return needsUsage
    ? spliceModelAndUsage(input.body, spans, input.providerModel)
    : spliceModel(input.body, spans, input.providerModel);
}

/** Same wire, but something to add, rename or leave out. */
function adjust(input: PrepareChatBodyInput): PreparedChatBody {
  const { clientWire } = input;
  const parsed = parseObject(input.body);
  stripGatewayFields(parsed);
  const body = isFlatWire(clientWire) ? parsed : withReferenceNames(parsed);
  if (isFlatWire(clientWire)) {
    body.model = input.providerModel;
    addConfiguredParams(body, input.deployment, { wire: clientWire });
  } else {
    // On these wires the path names the model.
    delete body.model;
    addNestedParams(body, input);
  }
  if (clientWire === 'openai-responses') keepAtGateway(body, input.deployment);
  if (isRefusingMarks(input.adapter)) stripCacheMarks(body);
  const dropped = finish(body, input);
  return { body: toBytes(body), translated: false, dropped };
}

/** Another wire: through the hub's vocabulary. */
function translate(input: PrepareChatBodyInput): PreparedChatBody {
  const { adapter, codecs } = input;
  const clientBody = parseObject(input.body);
  stripGatewayFields(clientBody);
  const called = { model: input.providerModel, stream: input.stream };
  const decoded = codecs[input.clientWire].decodeRequest(clientBody, called);
  const asked = withinCap(decoded, input);
  const request = input.contents ? inlineContents(asked, input.contents) : asked;
  const { body, dropped } = isFlatWire(adapter.wire)
    ? encodeFlat(input, request, { wire: adapter.wire, clientFields: new Set(Object.keys(clientBody)) })
    : encodeNested(input, request);
  const unsupported = finish(body, input);
  return { body: toBytes(body), translated: true, dropped: [...dropped, ...unsupported] };
}

function withinCap(request: ChatRequest, { outputCap, deployment }: PrepareChatBodyInput): ChatRequest {
  if (outputCap === undefined || request.maxOutputTokens !== undefined) return request;
  return { ...request, maxOutputTokens: Math.min(outputCap, configuredLimit(deployment) ?? outputCap) };
}

interface Encoded {
  readonly body: JsonBody;
  readonly dropped: readonly string[];
}

function encodeFlat(
  { deployment, codecs, adapter, providerModel }: PrepareChatBodyInput,
  request: ChatRequest,
  target: { readonly wire: FlatWire; readonly clientFields: ReadonlySet<string> },
): Encoded {
  const thoughts = quirksFor(adapter, providerModel)?.reasoning !== undefined;
  const options = { ...encodeOptions(deployment, providerModel), cacheMarks: adapter.takesCacheMarks, thoughts };
  const encoded = codecs[target.wire].encodeRequest(request, options);
  const body: JsonBody = { ...encoded.body };
  addConfiguredParams(body, deployment, target);
  return { body, dropped: encoded.dropped };
}

/** Configured parameters have OpenAI's names, which have other places on this wire; its own fields stay as they are. */
function encodeNested(
  { deployment, codecs, adapter, providerModel }: PrepareChatBodyInput,
  asked: ChatRequest,
): Encoded {
  const { request, own } = completeRequest(asked, deployment, codecs);
  const codec = codecs[adapter.wire];
  const encoded = codec.encodeRequest(request, encodeOptions(deployment, providerModel));
  const body = mergeFields(codec.placeConfiguredFields?.(own) ?? own, encoded.body);
  mergeExtraBody(body, deployment);
  return { body, dropped: encoded.dropped };
}

/** The same for a body of this wire: what the client said comes before the defaults, setting by setting. */
function addNestedParams(body: JsonBody, { deployment, codecs, adapter, providerModel }: PrepareChatBodyInput): void {
  const nothing: ChatRequest = { model: providerModel, system: [], messages: [], stream: false, unmapped: {} };
  const { request, own } = completeRequest(nothing, deployment, codecs);
  const codec = codecs[adapter.wire];
  const { contents, ...defaults } = codec.encodeRequest(request, encodeOptions(deployment, providerModel)).body;
  Object.assign(body, mergeFields(mergeFields(codec.placeConfiguredFields?.(own) ?? own, defaults), body));
  mergeExtraBody(body, deployment);
}

function encodeOptions(deployment: PrepareChatBodyInput['deployment'], model: string): EncodeRequestOptions {
  return {
    model,
    dropParams: deployment.dropParams ?? false,
    defaultMaxOutputTokens: outputLimit(deployment),
  };
}

/** The last steps both ways share: usage of streams, then the provider's own peculiarities. */
function finish(body: JsonBody, input: PrepareChatBodyInput): string[] {
  if (input.stream && TELLS_USAGE_WHEN_ASKED.has(input.adapter.wire))
    body.stream_options = withUsage(body.stream_options);
  const { insteadOfModel } = input.adapter;
  if (insteadOfModel !== undefined) {
    delete body.model;
    body[insteadOfModel.name] ??= insteadOfModel.value;
  }
  const quirks = quirksFor(input.adapter, input.providerModel);
  if (quirks === null) return [];
  const { adapter, clientWire, deployment } = input;
  return applyTranslatedBodyQuirks(body, quirks, {
    dropParams: deployment.dropParams ?? false,
    clientName: (field) => (clientWire === adapter.wire ? field : clientFieldName(field, { clientWire })),
  });
}

/** A configured default is also what a wire that demands a limit should get. */
function outputLimit(deployment: PrepareChatBodyInput['deployment']): number {
  return configuredLimit(deployment) ?? deployment.maxOutputTokens ?? FALLBACK_MAX_OUTPUT_TOKENS;
}

function configuredLimit({ defaultParams }: PrepareChatBodyInput['deployment']): number | undefined {
  for (const name of synonymsOf('max_tokens')) {
    const configured = defaultParams?.[name];
    if (typeof configured === 'number') return configured;
  }
  return undefined;
}

function toBytes(body: JsonBody): Uint8Array {
  return Buffer.from(JSON.stringify(body), 'utf8');
}

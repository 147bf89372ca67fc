import type { ChatWire } from '@gateway/domain';
import {
  type BodyMember,
  type ChatAdapter,
  type ChatCallOptions,
  joinEndpoint,
  mergeHeaders,
  type ProviderCall,
  type ProviderTarget,
  pickHeaders,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import { classifyVertexError, vertexBaseUrl, vertexCredentialHeaders } from './vertex-call';
import { parseVertexModel, type VertexKind } from './vertex-model';

export interface VertexAdapters {
  readonly gemini: ChatAdapter;
  readonly claude: ChatAdapter;
  readonly openai: ChatAdapter;
}

/** How one kind of model is called. */
interface Dialect {
  readonly wire: ChatWire;
  readonly whole: string;
  readonly stream: string;
  /** Of the client's own headers. */
  readonly forwarded: ReadonlySet<string>;
  readonly insteadOfModel?: BodyMember;
  /** See `ChatAdapter`. */
  readonly takesUrls?: boolean;
}

const NOTHING: ReadonlySet<string> = new Set();

const DIALECTS: Readonly<Record<VertexKind, Dialect>> = {
  gemini: {
    wire: 'gemini-generate',
    whole: ':generateContent',
    stream: ':streamGenerateContent?alt=sse',
    forwarded: NOTHING,
  },
  claude: {
    wire: 'anthropic-messages',
    whole: ':rawPredict',
    stream: ':streamRawPredict',
    forwarded: new Set(['anthropic-beta']),
    // The version of the API, which Anthropic itself takes from a header.
    insteadOfModel: { name: 'anthropic_version', value: 'vertex-2023-10-16' },
    takesUrls: false,
  },
  openai: { wire: 'openai-chat', whole: '/chat/completions', stream: '/chat/completions', forwarded: NOTHING },
};

/** Three wires at one address: the model's name says which one. `version` is that of Google's API. */
export function createVertexAdapters(version: 'v1' | 'v1beta1'): VertexAdapters {
  return {
    gemini: createAdapter('gemini', version),
    claude: createAdapter('claude', version),
    openai: createAdapter('openai', version),
  };
}

function createAdapter(kind: VertexKind, version: string): ChatAdapter {
  const { wire, forwarded, insteadOfModel, takesUrls, ...actions } = DIALECTS[kind];
  return {
    wire,
    quirks: null,
    ...(insteadOfModel && { insteadOfModel }),
    ...(takesUrls !== undefined && { takesUrls }),
    speaksAt: (_target, providerModel) => parseVertexModel(providerModel).kind === kind,

    buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
      const call = options.stream ? 'stream' : 'whole';
      const { resource } = parseVertexModel(options.providerModel);
      const [path, query] = actions[call].split('?');
      const endpoint = joinEndpoint(vertexBaseUrl(target, version), resource + path);
      const headers = mergeHeaders(
        CALL_HEADERS[call],
        pickHeaders(options.forwardHeaders, forwarded),
        vertexCredentialHeaders(target),
        target.extraHeaders,
      );
      return {
        origin: endpoint.origin,
        path: query === undefined ? endpoint.path : withQuery(endpoint.path, query),
        method: 'POST',
        headers,
        body,
      };
    },

    classifyError: (head, text) => classifyVertexError(head, text, wire),
  };
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

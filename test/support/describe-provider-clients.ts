import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import type { ClientChatWire } from '@gateway/domain';
import { type ConformanceFeature, proves } from '@gateway/provider-kit/conformance';
import type { ProviderEmulator } from '@gateway/testkit';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { ChatClient } from '../conformance/chat-question';
import type { ChatFeatureTest, ChatTrial } from '../conformance/chat-trial';
import { GenerateContentClient } from '../conformance/clients/generate-content-client';
import { MessagesClient } from '../conformance/clients/messages-client';
import { OpenAiChatClient } from '../conformance/clients/openai-chat-client';
import { ResponsesClient } from '../conformance/clients/responses-client';
import { ANSWER_FEATURES } from '../conformance/features/answer-features';
import { CONTENT_FEATURES } from '../conformance/features/content-features';
import { FAILURE_FEATURES, failureOf } from '../conformance/features/failure-features';
import { TOOL_FEATURES } from '../conformance/features/tool-features';
import type { GatewayHttp } from './gateway-http';
import { PIXEL_PNG_BASE64 } from './sdk-clients';

const FEATURES: Partial<Record<ConformanceFeature, ChatFeatureTest>> = {
  ...ANSWER_FEATURES,
  ...TOOL_FEATURES,
  ...CONTENT_FEATURES,
  ...FAILURE_FEATURES,
};

/** A provider's emulator behind a gateway, and what its wire cannot express. */
export interface ProviderClientsSubject {
  /** In the tables: a prefix of the registry, and whose models where they speak several wires. */
  readonly provider: string;
  /** Name of a model for the gateway's clients; faults of the emulator are added to it. */
  readonly model: string;
  readonly emulator: ProviderEmulator;
  /** The gateway, once it is up. */
  started(): { readonly gateway: GatewayHttp };
  /** Nano-USD a token. */
  readonly price: ChatTrial['price'];
  /** What the provider cannot do: the client is told by the name it used. */
  readonly refuses?: FeatureSet;
  /** What its emulator cannot show, and what is lost on purpose. */
  readonly untested?: FeatureSet;
  readonly hidesThoughts?: boolean;
  /** The model that thinks, where that is another. */
  readonly thinkingModel?: string;
  /** Not everything, but these, for a provider that is like many others. */
  readonly only?: Partial<Readonly<Record<ClientChatWire, readonly ConformanceFeature[]>>>;
}

/** Features, for clients of every wire or of some. */
type FeatureSet = Partial<Readonly<Record<ConformanceFeature, 'every wire' | readonly ClientChatWire[]>>>;

const has = (set: FeatureSet | undefined, feature: ConformanceFeature, wire: ClientChatWire): boolean =>
  set?.[feature] === 'every wire' || (set?.[feature]?.includes(wire) ?? false);

/** Everything the vendors' clients may want of a provider's chat, in each of the wires they speak. */
export function describeProviderClients(name: string, subject: ProviderClientsSubject): void {
  const pictures = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' });
    response.end(Buffer.from(PIXEL_PNG_BASE64, 'base64'));
  });
  const clients = new Map<string, { client: ChatClient; seen: SeenHeaders }>();

  describe(name, () => {
    beforeAll(async () => {
      await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
      const { gateway } = subject.started();
      for (const seat of seatsAt(gateway.url, gateway.masterKey)) clients.set(seat.client.wire, seat);
    });
    afterAll(() => pictures.close());

    for (const {
      client: { wire: endpoint, speechless, names },
    } of seatsAt('http://nowhere', 'none')) {
      const trial = (): ChatTrial => {
        const seat = clients.get(endpoint);
        if (!seat) throw new Error(`no client of ${endpoint}`);
        const { model, emulator, price, hidesThoughts = false, thinkingModel = model } = subject;
        const pictureUrl = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}/pixel.png`;
        const { gateway } = subject.started();
        return {
          ...seat,
          model,
          emulator,
          price,
          hidesThoughts,
          thinkingModel,
          gateway,
          pictureUrl,
          lastHeader: (header) => seat.seen.last?.get(header) ?? null,
        };
      };
      for (const [feature, { question, check }] of Object.entries(FEATURES) as [
        ConformanceFeature,
        ChatFeatureTest,
      ][]) {
        if (speechless.includes(feature) || has(subject.untested, feature, endpoint)) continue;
        if (subject.only && !subject.only[endpoint]?.includes(feature)) continue;
        const cell = { provider: subject.provider, endpoint, feature };
        if (!has(subject.refuses, feature, endpoint)) it(`B3 ${proves(cell)}`, () => check(trial()));
        else
          it(`B3 ${proves({ ...cell, outcome: 'refused' })}`, async () => {
            const one = trial();
            const { status, code, field } = await failureOf(one, one.client.ask(question(one)));
            expect([status, code, field]).toEqual([
              400,
              expect.any(String),
              expect.stringContaining(names[feature] ?? feature),
            ]);
          });
      }
    }
  });
}

/** Headers of the last answer that a client was given. */
interface SeenHeaders {
  last?: Headers;
}

/** A client of each wire. They do not retry, so that a test sees every answer. */
function seatsAt(url: string, apiKey: string): readonly { readonly client: ChatClient; readonly seen: SeenHeaders }[] {
  const seated = (make: (watched: typeof fetch) => ChatClient) => {
    const seen: SeenHeaders = {};
    const client = make(async (input, init) => {
      // Google's client brings a dispatcher of its own, which it looks for where Jest's sandbox has none.
      const response = await fetch(input, { ...init, dispatcher: undefined } as RequestInit);
      seen.last = response.headers;
      return response;
    });
    return { client, seen };
  };
  const openAi = (watched: typeof fetch) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, fetch: watched });
  return [
    seated((watched) => new OpenAiChatClient(openAi(watched))),
    seated((watched) => new ResponsesClient(openAi(watched))),
    seated((watched) => new MessagesClient(new Anthropic({ baseURL: url, apiKey, maxRetries: 0, fetch: watched }))),
    seated(
      (watched) =>
        new GenerateContentClient(new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url, fetch: watched } })),
    ),
  ];
}

import type { ProviderEmulator } from '@gateway/testkit';
import type { GatewayHttp } from '../support/gateway-http';
import type { ChatClient, ChatQuestion } from './chat-question';

/** One client at one provider. */
export interface ChatTrial {
  readonly client: ChatClient;
  /** The gateway's name of the provider's model; faults of the emulator are added to it. */
  readonly model: string;
  readonly emulator: ProviderEmulator;
  readonly gateway: GatewayHttp;
  /** Nano-USD a token. */
  readonly price: { readonly promptNanoUsd: number; readonly completionNanoUsd: number };
  /** The provider counts its thoughts and does not show them. */
  readonly hidesThoughts: boolean;
  readonly thinkingModel: string;
  /** Serves a picture. */
  readonly pictureUrl: string;
  /** Header of the gateway's last answer to this client. */
  lastHeader(name: string): string | null;
}

export interface ChatFeatureTest {
  /** What a provider that cannot do it refuses. */
  question(trial: ChatTrial): ChatQuestion;
  /** Throws where the provider does not do it. */
  check(trial: ChatTrial): Promise<void>;
}

export const SYSTEM = 'You are a geographer. Answer briefly.';
export const QUESTION = 'Tell me about the rivers of Zürich, 東京 and São Paulo 🌊, please.';

export const plainQuestion = ({ model }: Pick<ChatTrial, 'model'>): ChatQuestion => ({
  model,
  system: SYSTEM,
  text: QUESTION,
  maxTokens: 200,
});

/** What the provider was sent last, as it came; grants of tokens are no JSON. */
export function lastBody({ emulator }: Pick<ChatTrial, 'emulator'>): string {
  return emulator.requests().findLast(({ body }) => body.startsWith('{'))?.body ?? '';
}

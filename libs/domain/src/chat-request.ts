import type { Message, TextPart } from './content';
import type { ChatCallWire } from './wire';

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: unknown;
  readonly strict?: boolean;
  readonly cacheControl?: unknown;
}

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string };

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json-object' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema: unknown;
      readonly description?: string;
      readonly strict?: boolean;
    };

/** One chat call in the hub's own vocabulary; absent means "the caller did not say". */
export interface ChatRequest {
  readonly model: string;
  /** The leading system prompt. */
  readonly system: readonly TextPart[];
  readonly messages: readonly Message[];
  /** Where each message stands in the client's body, on wires where messages are counted otherwise than here. */
  readonly messagePlaces?: readonly string[];
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly responseFormat?: ResponseFormat;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stopSequences?: readonly string[];
  readonly seed?: number;
  /** Asks how likely each token of the answer was, and about so many others in its place. */
  readonly logprobs?: { readonly alternatives: number };
  readonly choiceCount?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly user?: string;
  /** How the call is to be served and priced, by OpenAI's names (`default`, `flex`, `priority`, …); absent: as usual there. */
  readonly serviceTier?: string;
  readonly reasoning?: { readonly effort?: string; readonly budgetTokens?: number };
  readonly stream: boolean;
  /** Fields the hub has no word for, by their name on the client's wire. Same-wire calls never get here. */
  readonly unmapped: Readonly<Record<string, unknown>>;
  /** The wire whose names `unmapped` uses; that wire can take them back as they are. */
  readonly clientWire?: ChatCallWire;
}

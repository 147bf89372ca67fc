import type { Citation } from './citation';

/** What a message is made of. Every client wire decodes to these parts and every provider wire encodes from them. */

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  /** Anthropic's prompt-cache marker, kept so that it survives a trip through the hub. */
  readonly cacheControl?: unknown;
  /** What an earlier answer had with this text, returned by the client. */
  readonly citations?: readonly Citation[];
}

export interface ImagePart {
  readonly type: 'image';
  readonly source:
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string };
  /** OpenAI's `detail`: `low`, `high` or `auto`. */
  readonly detail?: string;
  readonly cacheControl?: unknown;
}

/** A PDF, or a text that is a document of its own; files of other kinds have no part yet. */
export interface DocumentPart {
  readonly type: 'document';
  readonly source:
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'base64'; readonly mediaType: 'application/pdf'; readonly data: string }
    | { readonly kind: 'text'; readonly text: string };
  readonly title?: string;
  /** What the model is to know about it; not cited from. */
  readonly context?: string;
  /** True when the answer is to say what it took from here. */
  readonly citations?: true;
  readonly cacheControl?: unknown;
}

/** Something to listen to, as part of a question. */
export interface AudioPart {
  readonly type: 'audio';
  readonly source: { readonly kind: 'base64'; readonly mediaType: string; readonly data: string };
}

export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  /** Opaque proof that the provider wrote the text; must be returned unchanged. */
  readonly signature?: string;
  /** Encrypted reasoning (Anthropic `redacted_thinking`); `text` is empty then. */
  readonly redactedData?: string;
}

export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** The arguments as the JSON text the model wrote; it may be invalid JSON and is never repaired here. */
  readonly argumentsText: string;
  /** Opaque proof of the thinking behind the call (Gemini); must be returned unchanged with it. */
  readonly signature?: string;
  readonly cacheControl?: unknown;
}

export interface ToolResultPart {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly content: readonly (TextPart | ImagePart)[];
  readonly isError?: boolean;
  readonly cacheControl?: unknown;
}

export interface RefusalPart {
  readonly type: 'refusal';
  readonly text: string;
}

export type ContentPart =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart;

export interface Message {
  /** System prompts are not messages here: see `ChatRequest.system`. A mid-conversation one keeps its place as `system`. */
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly ContentPart[];
  readonly name?: string;
}

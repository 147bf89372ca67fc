/** What a model is asked, with the vendor's wire taken off. Equal prompts get equal answers from every emulator. */
export interface Prompt {
  readonly systemText: string;
  /** Text of the last message whose author is the user. */
  readonly lastUserText: string;
  readonly imageCount: number;
  /** Results at the end of the conversation, which the answer must be about. */
  readonly toolResults: readonly PromptToolResult[];
  readonly tools: readonly PromptTool[];
  readonly toolChoice: PromptToolChoice;
  readonly parallelToolCalls: boolean;
  /** `json` is any JSON object; a schema is a JSON Schema the answer conforms to. */
  readonly format: 'text' | 'json' | { readonly schema: unknown };
  readonly stopSequences: readonly string[];
  readonly maxTokens: number;
  /** Tokens of thinking before the answer. */
  readonly reasoningTokens: number;
  /** Tokens of everything sent, by the emulators' own count. */
  readonly promptTokens: number;
}

export interface PromptTool {
  readonly name: string;
  /** JSON Schema of the arguments. */
  readonly schema: unknown;
}

export interface PromptToolResult {
  readonly name: string;
  readonly text: string;
  readonly isError: boolean;
}

export type PromptToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

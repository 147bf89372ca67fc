import type { ClientFrame } from './client-frame';

type Said = Pick<Extract<ClientFrame, { type: 'message' }>, 'messages' | 'fields'>;

/** One turn before it is known what becomes of it. */
export interface ProposedTurn {
  /** The canonical request: everything said before, and this. */
  readonly body: Buffer;
  /** It was answered: what was said, and the answer, are part of the conversation from here on. */
  keep(answer: unknown): void;
}

/**
 * What was said in one connection. Fields hold until they are said anew, null takes one away. A turn that fails leaves no
 * trace: neither its messages nor its fields.
 */
export class ConversationState {
  private messages: readonly unknown[] = [];
  private fields: Readonly<Record<string, unknown>> = {};

  propose(said: Said): ProposedTurn {
    const messages = [...this.messages, ...said.messages];
    const merged = Object.entries({ ...this.fields, ...said.fields });
    const fields = Object.fromEntries(merged.filter(([, value]) => value !== null));
    return {
      body: Buffer.from(JSON.stringify({ ...fields, messages })),
      keep: (answer) => {
        this.fields = fields;
        this.messages = [...messages, answer];
      },
    };
  }
}

import type { TestMesh } from '@gateway/local';
import { type BillRow, eventually } from '@gateway/testkit';
import { emulatorsOf } from './emulator-control';
import { Conversation, type ConversationOptions, type Dialect } from './fault-conversation';

/** Starts conversations whose model name no other request has, which is how books and bill are matched. */
export class FaultMesh {
  private counter = 0;

  constructor(readonly mesh: TestMesh) {}

  /** `provider` decides which emulator answers; `suffix` is its behaviour, e.g. `+cut-after-3`. */
  model(provider: Dialect, suffix = ''): string {
    this.counter += 1;
    return `${provider === 'openai' ? 'mock-gpt' : 'mock-claude'}-${this.counter}${suffix}`;
  }

  start(model: string, more: Partial<ConversationOptions> = {}): Conversation {
    return Conversation.start({ url: this.mesh.url, key: this.mesh.masterKey, dialect: 'openai', model, ...more });
  }

  ask(model: string, more: Partial<ConversationOptions> = {}): Promise<Conversation> {
    return this.start(model, more).over();
  }

  /** The calls of a model that reached a provider. */
  async billOf(model: string): Promise<BillRow[]> {
    const { openAi, anthropic } = emulatorsOf(this.mesh);
    const rows = await Promise.all([openAi.bill(), anthropic.bill()]);
    return rows.flat().filter((row) => row.model === model);
  }

  /** Resolves when the provider has so many calls of this model. */
  called(model: string, times = 1): Promise<BillRow[]> {
    return eventually(`${times} provider calls of ${model}`, async () => {
      const rows = await this.billOf(model);
      return rows.length >= times ? rows : undefined;
    });
  }
}

/** Waits so long; for faults whose effect has no sign to wait for. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Shown beside the test's result; never asserted, since machines differ. */
export function measured(what: string, milliseconds: number): void {
  process.stderr.write(`      ${what}: ${Math.round(milliseconds)} ms\n`);
}

import type { BillRow, BillTotals, Fault, FaultMatch, RecordedRequest } from '@gateway/testkit';
import { request } from 'undici';

/** The control API of an emulator that runs as a process of its own. */
export class EmulatorControl {
  constructor(private readonly origin: string) {}

  async bill(): Promise<readonly BillRow[]> {
    return (await this.call<{ rows: BillRow[] }>('GET', 'bill')).rows;
  }

  async totals(): Promise<BillTotals> {
    return (await this.call<{ totals: BillTotals }>('GET', 'bill')).totals;
  }

  async requests(): Promise<readonly RecordedRequest[]> {
    return (await this.call<{ requests: RecordedRequest[] }>('GET', 'requests')).requests;
  }

  /** The one request that arrived since the last reset. */
  async onlyRequest(): Promise<RecordedRequest> {
    const [only, ...others] = await this.requests();
    if (!only || others.length > 0) throw new Error(`expected one request at the emulator, found ${others.length + 1}`);
    return only;
  }

  async addFault(fault: Fault, match: FaultMatch): Promise<void> {
    await this.call('POST', 'faults', { fault, match });
  }

  async reset(): Promise<void> {
    await this.call('POST', 'reset');
  }

  private async call<Reply>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply> {
    const answer = await request(`${this.origin}/__emulator/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`the emulator refused ${path}: ${text}`);
    return JSON.parse(text) as Reply;
  }
}

/** Of a mesh that runs emulators. */
export interface EmulatedMesh {
  readonly emulators:
    | { readonly urls: { readonly openai: string; readonly anthropic: string; readonly gemini: string } }
    | undefined;
}

/** The emulators of a mesh. */
export function emulatorsOf({ emulators }: EmulatedMesh): {
  readonly openAi: EmulatorControl;
  readonly anthropic: EmulatorControl;
  readonly gemini: EmulatorControl;
} {
  if (!emulators) throw new Error('this mesh runs no emulators');
  return {
    openAi: new EmulatorControl(new URL(emulators.urls.openai).origin),
    anthropic: new EmulatorControl(emulators.urls.anthropic),
    gemini: new EmulatorControl(emulators.urls.gemini),
  };
}

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

/** The emulators of a mesh. */
export function emulatorsOf(mesh: {
  readonly emulators: { openAiUrl: string; anthropicUrl: string; geminiUrl: string } | undefined;
}): {
  readonly openAi: EmulatorControl;
  readonly anthropic: EmulatorControl;
  readonly gemini: EmulatorControl;
} {
  if (!mesh.emulators) throw new Error('this mesh runs no emulators');
  return {
    openAi: new EmulatorControl(new URL(mesh.emulators.openAiUrl).origin),
    anthropic: new EmulatorControl(mesh.emulators.anthropicUrl),
    gemini: new EmulatorControl(mesh.emulators.geminiUrl),
  };
}

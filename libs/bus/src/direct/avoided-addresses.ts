/** An address that did not work is left alone for so long; NATS does its work meanwhile. */
const AVOID_MS = 30_000;

/** Edges come and go, and their addresses with them: only failures are remembered, and not for ever. */
export class AvoidedAddresses {
  private readonly untilMs = new Map<string, number>();

  constructor(private readonly nowMs: () => number) {}

  avoid(address: string): void {
    const nowMs = this.nowMs();
    for (const [known, untilMs] of this.untilMs) if (untilMs <= nowMs) this.untilMs.delete(known);
    this.untilMs.set(address, nowMs + AVOID_MS);
  }

  isAvoided(address: string): boolean {
    const untilMs = this.untilMs.get(address);
    return untilMs !== undefined && this.nowMs() < untilMs;
  }
}

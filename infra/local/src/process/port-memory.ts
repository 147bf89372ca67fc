import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claimPort } from './claim-port';
import { freePort, isPortFree } from './free-port';

/** Hands out loopback ports by name and, given a data directory, the same ones again next time while they are free. */
export class PortMemory {
  private readonly file: string | undefined;
  private readonly remembered: Record<string, number>;
  private readonly given = new Set<number>();

  constructor(dataDir?: string) {
    this.file = dataDir === undefined ? undefined : join(dataDir, 'ports.json');
    this.remembered = this.read();
  }

  async portFor(name: string): Promise<number> {
    const before = this.remembered[name];
    const reusable = before !== undefined && !this.given.has(before) && claimPort(before) && (await isPortFree(before));
    const port = reusable ? before : await freePort(this.given);
    this.given.add(port);
    this.remembered[name] = port;
    this.write();
    return port;
  }

  private read(): Record<string, number> {
    if (this.file === undefined) return {};
    try {
      const stored: unknown = JSON.parse(readFileSync(this.file, 'utf8'));
      if (typeof stored !== 'object' || stored === null) return {};
      return Object.fromEntries(Object.entries(stored).filter(([, port]) => Number.isInteger(port)));
    } catch {
      // No file yet, or a damaged one: ports are only a convenience, new ones are chosen.
      return {};
    }
  }

  private write(): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${JSON.stringify(this.remembered, null, 2)}\n`);
  }
}

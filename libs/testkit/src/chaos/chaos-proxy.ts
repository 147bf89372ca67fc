import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { ChaosLink, type LinkWeather } from './chaos-link';

export interface ChaosTarget {
  readonly host?: string;
  readonly port: number;
}

const FAIR: LinkWeather = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, isBlackhole: false };

/**
 * A TCP proxy on loopback to put between two parts of the mesh and then make trouble. Trouble meets running and new
 * connections alike, in both directions.
 */
export class ChaosProxy {
  private readonly links = new Set<ChaosLink>();
  private weather: LinkWeather = FAIR;
  private refusesNew = false;
  private server: Server | undefined;
  private accepted = 0;

  constructor(private target: ChaosTarget) {}

  /** Listens on 127.0.0.1 and resolves to the port. */
  async start(port = 0): Promise<number> {
    // Half-open, so that one side's end is passed on and the other may still speak.
    const server = createServer({ allowHalfOpen: true }, (client) => this.onClient(client));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return this.port;
  }

  /** @throws Error before `start`. */
  get port(): number {
    const address = this.server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error('the proxy is not listening');
    return address.port;
  }

  get openConnections(): number {
    return this.links.size;
  }

  /** Since the start. */
  get acceptedConnections(): number {
    return this.accepted;
  }

  /** Holds every piece of data back for so long, in each direction. */
  latency(latencyMs: number): void {
    this.change({ latencyMs });
  }

  /** Lets through so many bytes a second, per connection and direction. */
  bandwidth(bytesPerSecond: number): void {
    this.change({ bytesPerSecond });
  }

  /** Nothing gets through any more, yet connections stay open and new ones are accepted: a silent partition. */
  blackhole(): void {
    this.change({ isBlackhole: true });
  }

  /** Resets every running connection (RST, not FIN). New ones are accepted unless `refuseNew`. */
  cut(options: { refuseNew?: boolean } = {}): void {
    this.refusesNew = options.refuseNew ?? false;
    for (const link of this.links) link.reset();
  }

  /** Ends all trouble. Data held in a blackhole is delivered then, as after a healed partition. */
  restore(): void {
    this.refusesNew = false;
    this.change(FAIR);
  }

  /** Where new connections go, e.g. after the server behind came back on another port. */
  retarget(target: ChaosTarget): void {
    this.target = target;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const link of this.links) link.reset();
    await closed;
  }

  private change(change: Partial<LinkWeather>): void {
    this.weather = { ...this.weather, ...change };
    for (const link of this.links) link.apply(this.weather);
  }

  private onClient(client: Socket): void {
    this.accepted += 1;
    if (this.refusesNew) {
      client.on('error', () => client.destroy());
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host: this.target.host ?? '127.0.0.1', port: this.target.port, allowHalfOpen: true });
    const link = new ChaosLink(client, upstream, this.weather);
    this.links.add(link);
    link.onClose(() => this.links.delete(link));
  }
}

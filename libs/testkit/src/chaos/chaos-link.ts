import type { Socket } from 'node:net';
import { ChaosPipe } from './chaos-pipe';

export interface LinkWeather {
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
  readonly isBlackhole: boolean;
}

/** One proxied connection: two pipes under the same weather, falling together. */
export class ChaosLink {
  private readonly pipes: readonly ChaosPipe[];
  private closed: () => void = () => undefined;

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket,
    weather: LinkWeather,
  ) {
    this.pipes = [new ChaosPipe(client, upstream, weather), new ChaosPipe(upstream, client, weather)];
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      // One side broken is the other side broken; without a listener Node would end the process.
      socket.on('error', () => this.reset());
      socket.on('close', () => this.onSocketClose());
    }
  }

  onClose(listener: () => void): void {
    this.closed = listener;
  }

  apply(weather: LinkWeather): void {
    for (const pipe of this.pipes) pipe.apply(weather);
  }

  reset(): void {
    for (const pipe of this.pipes) pipe.stop();
    for (const socket of [this.client, this.upstream]) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  private onSocketClose(): void {
    if (this.client.destroyed && this.upstream.destroyed) this.closed();
  }
}

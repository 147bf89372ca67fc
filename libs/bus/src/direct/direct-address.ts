import { hostname } from 'node:os';

export interface DirectAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, an IPv6 address in brackets. Null when it is none. */
export function readAddress(address: string): DirectAddress | null {
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return null;
  return { host, port: Number(port) };
}

/** What others are told of a listener: whoever listens everywhere is told by the machine's name. */
export function reachableAddress({ host, port }: DirectAddress): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? hostname() : host;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

import { z } from 'zod';

/** What the schemas below accept is said to people in the fields' `expected`, so their own messages stay unused. */

/** A whole number written in plain digits, within the bounds. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));
}

/** The longest delay `setTimeout` keeps: 2^31 - 1 milliseconds. A longer one would fire at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

export const milliseconds = wholeNumber(1, LONGEST_TIMER_MS);

/** A TCP port; 0 lets the system choose a free one. */
export const port = wholeNumber(0, 65_535);

export const text: z.ZodType<string, string> = z.string();

export const yesOrNo: z.ZodType<boolean, string> = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A URL with one of the schemes, e.g. `['nats', 'tls']`, and a host. */
export function urlWithScheme(...schemes: readonly string[]): z.ZodType<string, string> {
  return z.string().refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    return url !== null && url.hostname !== '' && schemes.includes(url.protocol.slice(0, -1));
  });
}

/** One or several NATS servers of a cluster, separated by commas. */
export const natsUrls: z.ZodType<string, string> = z.string().refine((value) => {
  const one = urlWithScheme('nats', 'tls', 'ws', 'wss');
  return value.split(',').every((url) => one.safeParse(url.trim()).success);
});

/** Hosts as URLs name them: with a port where the URL has one, IPv6 addresses in brackets. */
export const hostList: z.ZodType<readonly string[], string> = z.string().transform((value, context) => {
  const hosts = value.split(',').flatMap((host) => host.trim() || []);
  if (hosts.every((host) => HOST.test(host) && URL.canParse(`http://${host}/`))) {
    return Object.freeze(hosts.map((host) => new URL(`http://${host}/`).hostname + (/:\d+$/.exec(host)?.[0] ?? '')));
  }
  context.addIssue({ code: 'custom', message: 'not a list of hosts' });
  return z.NEVER;
});

const HOST = /^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/** `host:port`, where an IPv6 host stands in brackets. */
export const hostAndPort: z.ZodType<string, string> = z
  .string()
  .regex(/^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/)
  .refine((value) => {
    const number = Number(value.slice(value.lastIndexOf(':') + 1));
    return number >= 1 && number <= 65_535;
  });

/** Letters, digits, `-` and `_`: what may stand between two dots of a NATS subject. */
export const subjectTokenText: z.ZodType<string, string> = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** `key=value` pairs separated by commas, percent-encoded values, as OpenTelemetry writes headers and attributes. */
export const keyValueList: z.ZodType<Readonly<Record<string, string>>, string> = z
  .string()
  .transform((value, context) => {
    const pairs: [string, string][] = [];
    for (const item of value.split(',')) {
      if (item.trim() === '') continue;
      const equals = item.indexOf('=');
      const decoded = decodePercent(item.slice(equals + 1).trim());
      if (equals < 1 || decoded === null) {
        context.addIssue({ code: 'custom', message: 'not key=value' });
        return z.NEVER;
      }
      pairs.push([item.slice(0, equals).trim(), decoded]);
    }
    return Object.freeze(Object.fromEntries(pairs));
  });

function decodePercent(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null; // a lone % sign: the caller reports the variable
  }
}

/** 32 bytes in base64 (standard or URL alphabet), e.g. the output of `openssl rand -base64 32`. */
export const encryptionKey: z.ZodType<Buffer, string> = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]{43}=?$/)
  .transform((value) => Buffer.from(value, 'base64'))
  .refine((key) => key.length === 32);

/** Several of them, with commas between. */
export const encryptionKeys: z.ZodType<readonly Buffer[], string> = z.string().transform((value, context) => {
  const keys = value.split(',').map((key) => encryptionKey.safeParse(key.trim()));
  const good = keys.flatMap((key) => (key.success ? [key.data] : []));
  if (good.length === keys.length) return Object.freeze(good);
  context.addIssue({ code: 'custom', message: 'not a list of keys' });
  return z.NEVER;
});

/** `*` for every pool, else the pools by name. */
export type WorkerPools = '*' | readonly string[];

export const workerPools: z.ZodType<WorkerPools, string> = z.string().transform((value, context) => {
  const pools = value.split(',').map((pool) => pool.trim());
  if (pools.length === 1 && pools[0] === '*') return '*';
  if (pools.every((pool) => subjectTokenText.safeParse(pool).success)) return Object.freeze([...new Set(pools)]);
  context.addIssue({ code: 'custom', message: 'not a list of pools' });
  return z.NEVER;
});

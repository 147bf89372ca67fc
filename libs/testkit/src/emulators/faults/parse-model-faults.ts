import type { Fault } from './fault';

type Writable = { -readonly [Field in keyof Fault]: Fault[Field] };
type NumberField = 'status' | 'cutAfterChunks' | 'malformedAfterChunks' | 'hangAfterChunks' | 'errorEventAfterChunks';
type WishField = 'answerTokens' | 'reasoningTokens' | 'cachedTokens' | 'cacheWriteTokens';
type FlagField = 'neverRespond' | 'closeBeforeHeaders' | 'emptyBody' | 'wrongContentType' | 'truncateWithoutFinish';

const NUMBERS: Readonly<Record<string, NumberField | WishField | 'times'>> = {
  status: 'status',
  'cut-after': 'cutAfterChunks',
  'malformed-after': 'malformedAfterChunks',
  'hang-after': 'hangAfterChunks',
  'error-after': 'errorEventAfterChunks',
  tokens: 'answerTokens',
  reasoning: 'reasoningTokens',
  cached: 'cachedTokens',
  'cache-write': 'cacheWriteTokens',
  times: 'times',
};

const FLAGS: Readonly<Record<string, FlagField>> = {
  'never-respond': 'neverRespond',
  'close-before-headers': 'closeBeforeHeaders',
  'empty-body': 'emptyBody',
  'wrong-content-type': 'wrongContentType',
  truncate: 'truncateWithoutFinish',
};

const DURATIONS: Readonly<Record<string, 'headerDelayMs' | 'chunkDelayMs' | 'retryAfterS'>> = {
  headers: 'headerDelayMs',
  chunks: 'chunkDelayMs',
  'retry-after': 'retryAfterS',
};

export interface ModelFaults {
  /** The name before the first `+`. */
  readonly model: string;
  readonly fault: Fault;
  /** From `times-N`: only the first N requests with this exact name are hit. */
  readonly times?: number;
  /** The first suffix that means nothing; such a request is refused, so that a typing error cannot pass a test. */
  readonly unknownSuffix?: string;
}

/** Reads `name+status-500+headers-200ms`: `+` parts the suffixes, and is legal in model names everywhere. */
export function parseModelFaults(name: string): ModelFaults {
  const [model = '', ...suffixes] = name.split('+');
  const fault: Writable = {};
  let times: number | undefined;
  for (const suffix of suffixes) {
    const read = readSuffix(suffix, fault);
    if (read === null) return { model, fault: {}, unknownSuffix: suffix };
    times = read.times ?? times;
  }
  return { model, fault, ...(times !== undefined && { times }) };
}

function readSuffix(suffix: string, fault: Writable): { times?: number } | null {
  const flag = FLAGS[suffix];
  if (flag) {
    fault[flag] = true;
    return {};
  }
  const match = /^([a-z-]+)-(.+)$/.exec(suffix);
  const [, key = '', value = ''] = match ?? [];
  if (key === 'code' || key === 'finish') {
    fault[key === 'code' ? 'errorCode' : 'finishReason'] = value;
    return {};
  }
  return readNumber(key, value, fault) ?? readDuration(key, value, fault);
}

function readNumber(key: string, value: string, fault: Writable): { times?: number } | null {
  const field = NUMBERS[key];
  if (!field || !/^\d{1,6}$/.test(value)) return null;
  if (field === 'times') return { times: Number(value) };
  if (field === 'status' && !/^[45]\d\d$/.test(value)) return null;
  fault[field] = Number(value);
  return {};
}

function readDuration(key: string, value: string, fault: Writable): object | null {
  const field = DURATIONS[key];
  const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(value);
  if (!field || !match) return null;
  const durationMs = Number(match[1]) * (match[2] === 's' ? 1000 : 1);
  fault[field] = field === 'retryAfterS' ? durationMs / 1000 : durationMs;
  return {};
}

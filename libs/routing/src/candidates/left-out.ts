import { formatUsd, type ModelCapability } from '@gateway/domain';

/** Why a deployment was not taken, with the figures that decided. */
export type Omission =
  | { readonly why: 'call-not-offered'; readonly call: string; readonly provider: string }
  | { readonly why: 'not-left-to-clients' }
  | { readonly why: 'unavailable'; readonly reason: string }
  | { readonly why: 'other-version'; readonly model: string; readonly wanted: string }
  | { readonly why: 'other-region'; readonly region: string | undefined; readonly wanted: string }
  | { readonly why: 'other-tags'; readonly tags: readonly string[]; readonly wanted: readonly string[] }
  | { readonly why: 'circuit-open'; readonly reason: string | undefined; readonly againInMs: number | undefined }
  | { readonly why: 'circuit-probed' }
  | { readonly why: 'held-open'; readonly reason: string | undefined }
  | { readonly why: 'over-rate'; readonly unit: 'requests' | 'tokens'; readonly used: number; readonly limit: number }
  | { readonly why: 'all-places-taken'; readonly inFlight: number; readonly limit: number }
  | { readonly why: 'prompt-too-long'; readonly tokens: number; readonly limit: number }
  | { readonly why: 'cannot'; readonly capability: ModelCapability }
  | { readonly why: 'unpriced' }
  | { readonly why: 'too-expensive'; readonly costNanoUsd: number; readonly limitNanoUsd: number }
  | { readonly why: 'other-task'; readonly taskType: string }
  | { readonly why: 'costs-more'; readonly timesCheapest: number }
  | { readonly why: 'not-needed' };

/** The same in words a person understands. */
export function describeOmission(omission: Omission): string {
  switch (omission.why) {
    case 'call-not-offered':
      return `its provider (${omission.provider}) takes no ${omission.call} calls`;
    case 'not-left-to-clients':
      return 'it does not take the address and the key of this request';
    case 'unavailable':
      return `no worker can serve it: ${omission.reason}`;
    case 'other-version':
      return `is '${omission.model}', and version '${omission.wanted}' is asked for`;
    case 'other-region':
      return `runs in ${omission.region ?? 'a region nobody named'}, and '${omission.wanted}' is asked for`;
    case 'other-tags':
      return `has ${list(omission.tags, 'no tags')}, and ${list(omission.wanted, 'no tags')} are asked for`;
    case 'circuit-open':
      return `its circuit is open${because(omission.reason)}${again(omission.againInMs)}`;
    case 'circuit-probed':
      return 'its circuit is half-open, and another request is finding out whether it is well';
    case 'held-open':
      return `a person holds its circuit open${because(omission.reason)}`;
    case 'over-rate':
      return `${omission.used} of ${omission.limit} ${omission.unit} of this minute are used`;
    case 'all-places-taken':
      return `${omission.inFlight} calls are under way, and ${omission.limit} are allowed`;
    case 'prompt-too-long':
      return `the prompt has about ${omission.tokens} tokens, and it takes ${omission.limit}`;
    case 'cannot':
      return `its model has no ${omission.capability}`;
    case 'unpriced':
      return 'nobody knows its price, and the cost of the request is limited';
    case 'too-expensive':
      return `a call may cost ${formatUsd(omission.costNanoUsd)} USD, and the request may cost ${formatUsd(omission.limitNanoUsd)}`;
    case 'other-task':
      return `is not meant for '${omission.taskType}', and others are`;
    case 'costs-more':
      return `costs ${omission.timesCheapest.toFixed(2)} times as much as the cheapest`;
    case 'not-needed':
      return 'could serve; comes after those that were taken';
  }
}

function list(words: readonly string[], none: string): string {
  return words.length === 0 ? none : `the tags ${words.map((word) => `'${word}'`).join(', ')}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function again(inMs: number | undefined): string {
  return inMs === undefined ? '' : `; it is tried again in ${Math.ceil(inMs / 1_000)} s at the latest`;
}

import { isRecord, NO_USAGE, type Usage } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { decodeMediaUsage, unitsOf } from './decode-usage';
import type { MediaAnswer } from './media-answer';

/** What of a request decides about the bill. */
export interface ImagesAsked {
  readonly n: number;
  /** `1024x1536` or a word. */
  readonly size?: string;
}

/** Answers of `images/generations` and `images/edits`. */
export function imagesAnswer(asked: ImagesAsked): MediaAnswer {
  let completed = 0;
  return {
    document(answer) {
      const { data } = answer;
      if (!Array.isArray(data)) throw new MalformedResponse('the provider answered with something that has no images');
      return usageOf({ made: data.length, size: sizeIn(answer) ?? asked.size, raw: answer.usage });
    },
    event(type, data) {
      if (!type.endsWith('.completed')) return { isLast: false };
      completed += 1;
      return { isLast: true, usage: usageOf({ made: completed, size: sizeIn(data) ?? asked.size, raw: data.usage }) };
    },
    beforehand: { ...usageOf({ made: asked.n, size: asked.size, raw: undefined }), estimated: true },
  };
}

function usageOf({ made, size, raw }: { made: number; size: string | undefined; raw: unknown }): Usage {
  const tokens = decodeMediaUsage(raw, 'image') ?? NO_USAGE;
  const pixels = size === undefined ? undefined : pixelsOf(size);
  return {
    ...tokens,
    units: unitsOf({ ...tokens.units, images: made, imagePixels: pixels === undefined ? undefined : pixels * made }),
  };
}

function sizeIn(answer: Readonly<Record<string, unknown>>): string | undefined {
  return isRecord(answer) && typeof answer.size === 'string' ? answer.size : undefined;
}

/** Of one image; undefined for `auto` and the like. */
function pixelsOf(size: string): number | undefined {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? [];
  return width === undefined ? undefined : Number(width) * Number(height);
}

import { z } from 'zod';
import { checkMediaBody, mediaCall } from '../openai/media-call';
import { tinyPng } from '../openai/tiny-png';
import type { ChatCall, Checked } from '../server/vendor-wire';

/** fal's names for sizes, in pixels. */
const SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  square_hd: [1024, 1024],
  square: [512, 512],
  portrait_4_3: [768, 1024],
  portrait_16_9: [576, 1024],
  landscape_4_3: [1024, 768],
  landscape_16_9: [1024, 576],
};
const DEFAULT_SIZE = 'landscape_4_3';
/** What the emulated models that take a ratio make of one side. */
const LONG_SIDE = 1_024;

const address = z.string().regex(/^(https:\/\/|data:image\/[a-z]+;base64,)/);
/** Fields that most of its models of pictures have (@fal-ai/client 1.10.1); unknown ones are refused. */
const common = {
  prompt: z.string().min(1),
  num_images: z.int().min(1).max(4).default(1),
  seed: z.int().nullish(),
  output_format: z.enum(['jpeg', 'png', 'webp']).optional(),
  sync_mode: z.boolean().default(false),
  enable_safety_checker: z.boolean().optional(),
  guidance_scale: z.number().optional(),
  num_inference_steps: z.int().optional(),
  negative_prompt: z.string().optional(),
  strength: z.number().min(0).max(1).optional(),
};
const side = z.int().min(1).max(14_142);
const inPixels = {
  ...common,
  image_size: z
    .union([
      z.enum(['square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3', 'landscape_16_9']),
      z.strictObject({ width: side, height: side }),
    ])
    .optional(),
};
const byRatio = {
  ...common,
  aspect_ratio: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
};

/** Forms of the models that the tests call; any other is like the first. */
function bodyOf(model: string) {
  if (model.startsWith('fal-ai/flux-pro/v1.1-ultra'))
    return z.strictObject({ ...byRatio, image_url: address.optional() });
  if (/^fal-ai\/nano-banana\/edit/.test(model))
    return z.strictObject({ ...byRatio, image_urls: z.array(address).min(1) });
  if (/image-to-image/.test(model)) return z.strictObject({ ...inPixels, image_url: address });
  if (/\/fill|inpaint/.test(model)) return z.strictObject({ ...inPixels, image_url: address, mask_url: address });
  return z.strictObject(inPixels);
}

/** Pictures that depend on every field but how they are sent. They are charged, and their pixels. */
export function readFalImages(given: unknown, model: string): Checked<ChatCall> {
  const checked = checkMediaBody<Readonly<Record<string, unknown>>>(bodyOf(model), given);
  if ('refusal' in checked) return { refusal: { ...checked.refusal, status: 422 } };
  const { sync_mode: isInline, num_images: count, ...asked } = checked.value;
  const [width, height] = sizeOf(asked);
  const images = Number(count);
  const png = (index: number) => tinyPng(`${JSON.stringify(asked)}|${index}`).toString('base64');
  return mediaCall({ model }, false, (sequence, { finishReason }) => ({
    units: { images, imagePixels: images * width * height },
    whole: () =>
      JSON.stringify({
        images: Array.from({ length: images }, (_, index) => ({
          url: isInline
            ? `data:image/png;base64,${png(index)}`
            : `https://images.emulator.example/${sequence}/${index}.png`,
          width,
          height,
          content_type: 'image/png',
        })),
        timings: { inference: 0.5 },
        seed: asked.seed ?? 42,
        has_nsfw_concepts: Array.from({ length: images }, () => finishReason === 'nsfw'),
        prompt: asked.prompt,
      }),
    emissions: () => [],
  }));
}

function sizeOf({
  image_size: size,
  aspect_ratio: ratio,
}: Readonly<Record<string, unknown>>): readonly [number, number] {
  if (typeof size === 'object' && size !== null && 'width' in size && 'height' in size)
    return [Number(size.width), Number(size.height)];
  if (typeof ratio !== 'string') return SIZES[typeof size === 'string' ? size : DEFAULT_SIZE] ?? [LONG_SIDE, LONG_SIDE];
  const [across = 1, down = 1] = ratio.split(':').map(Number);
  const unit = LONG_SIDE / Math.max(across, down);
  return [Math.round(across * unit), Math.round(down * unit)];
}

import { z } from 'zod';
import { isSentFile, type SentFile } from '../server/read-form';

const file = z.custom<SentFile>(isSentFile, 'a file');
const words = z.string().min(1).max(10_000);
const share = z.coerce.number().min(0).max(1);
const ratio = z.enum(['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21']);
const common = {
  negative_prompt: words.optional(),
  seed: z.coerce.number().int().min(0).max(4_294_967_294).optional(),
  output_format: z.enum(['jpeg', 'png', 'webp']).optional(),
};
const styled = { ...common, style_preset: z.string().optional() };
const growing = { ...common, grow_mask: z.coerce.number().int().min(0).max(100).optional() };
const controlled = { ...styled, image: file, prompt: words, control_strength: share.optional() };
const pixels = z.coerce.number().int().min(0).max(2_000).optional();

/** Forms by path (platform.stability.ai/docs/api-reference); unknown fields are refused. */
export const STABLE_IMAGE_SERVICES: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['generate/core', z.strictObject({ ...styled, prompt: words, aspect_ratio: ratio.optional() })],
  [
    'generate/ultra',
    z
      .strictObject({
        ...styled,
        prompt: words,
        aspect_ratio: ratio.optional(),
        image: file.optional(),
        strength: share.optional(),
      })
      .refine(({ image, strength }) => !image || strength !== undefined, {
        path: ['strength'],
        error: 'is required with an image',
      }),
  ],
  [
    'generate/sd3',
    z
      .strictObject({
        ...styled,
        prompt: words,
        model: z.string().regex(/^sd3/).optional(),
        mode: z.enum(['text-to-image', 'image-to-image']).optional(),
        aspect_ratio: ratio.optional(),
        image: file.optional(),
        strength: share.optional(),
        cfg_scale: z.coerce.number().min(1).max(10).optional(),
      })
      .refine(({ mode, image, strength }) => mode !== 'image-to-image' || (image && strength !== undefined), {
        path: ['strength'],
        error: 'image-to-image needs an image and a strength',
      }),
  ],
  ['edit/inpaint', z.strictObject({ ...growing, ...styled, image: file, prompt: words, mask: file.optional() })],
  ['edit/erase', z.strictObject({ ...growing, image: file, mask: file.optional() })],
  [
    'edit/outpaint',
    z.strictObject({
      ...styled,
      image: file,
      prompt: words.optional(),
      left: pixels,
      right: pixels,
      up: pixels,
      down: pixels,
      creativity: share.optional(),
    }),
  ],
  [
    'edit/search-and-replace',
    z.strictObject({ ...growing, ...styled, image: file, prompt: words, search_prompt: words }),
  ],
  [
    'edit/search-and-recolor',
    z.strictObject({ ...growing, ...styled, image: file, prompt: words, select_prompt: words }),
  ],
  ['edit/remove-background', z.strictObject({ image: file, output_format: z.enum(['png', 'webp']).optional() })],
  ['upscale/fast', z.strictObject({ image: file, output_format: common.output_format })],
  ['upscale/conservative', z.strictObject({ ...common, image: file, prompt: words, creativity: share.optional() })],
  ['control/sketch', z.strictObject(controlled)],
  ['control/structure', z.strictObject(controlled)],
  [
    'control/style',
    z.strictObject({
      ...styled,
      image: file,
      prompt: words,
      fidelity: share.optional(),
      aspect_ratio: ratio.optional(),
    }),
  ],
  [
    'control/style-transfer',
    z.strictObject({ ...common, init_image: file, style_image: file, prompt: words.optional() }),
  ],
]);

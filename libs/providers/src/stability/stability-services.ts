/** One address of `/v2beta/stable-image` (platform.stability.ai/docs/api-reference), and what its form takes. */
export interface StabilityService {
  readonly path: string;
  /** Fields with a value of their own. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** What the client's pictures are called, in their order. */
  readonly images?: readonly string[];
  readonly takesMask?: true;
  readonly takesNoPrompt?: true;
}

const ONE_IMAGE = ['image'] as const;

/** By how the model's name begins, best first. What is none of these is a model of Stable Diffusion. */
export function generationService(model: string): StabilityService {
  if (model.startsWith('stable-image-core')) return { path: 'generate/core' };
  if (model.startsWith('stable-image-ultra')) return { path: 'generate/ultra' };
  // The service itself is called so; its models are `sd3.5-large` and the like.
  return { path: 'generate/sd3', ...(model !== 'sd3' && { fixed: { model } }) };
}

/** Tasks, by the names that configurations have for them as models. Those that answer later are missing. */
const EDITS: readonly (readonly [name: string, service: StabilityService])[] = [
  ['inpaint', { path: 'edit/inpaint', images: ONE_IMAGE, takesMask: true }],
  ['outpaint', { path: 'edit/outpaint', images: ONE_IMAGE }],
  ['erase', { path: 'edit/erase', images: ONE_IMAGE, takesMask: true, takesNoPrompt: true }],
  ['search-and-replace', { path: 'edit/search-and-replace', images: ONE_IMAGE }],
  ['search-and-recolor', { path: 'edit/search-and-recolor', images: ONE_IMAGE }],
  ['remove-background', { path: 'edit/remove-background', images: ONE_IMAGE, takesNoPrompt: true }],
  ['fast', { path: 'upscale/fast', images: ONE_IMAGE, takesNoPrompt: true }],
  ['conservative', { path: 'upscale/conservative', images: ONE_IMAGE }],
  ['sketch', { path: 'control/sketch', images: ONE_IMAGE }],
  ['structure', { path: 'control/structure', images: ONE_IMAGE }],
  ['style-transfer', { path: 'control/style-transfer', images: ['init_image', 'style_image'] }],
  ['style', { path: 'control/style', images: ONE_IMAGE }],
];

/** Null for a model that edits nothing, or answers later. A model of Stable Diffusion makes a picture of a picture. */
export function editService(model: string): StabilityService | null {
  const task = EDITS.find(([name]) => model.includes(name));
  if (task) return task[1];
  if (/^sd\d/.test(model)) {
    const { path, fixed } = generationService(model);
    return { path, fixed: { ...fixed, mode: 'image-to-image' }, images: ONE_IMAGE };
  }
  return model.startsWith('stable-image-ultra') ? { path: 'generate/ultra', images: ONE_IMAGE } : null;
}

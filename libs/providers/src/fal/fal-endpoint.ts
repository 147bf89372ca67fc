/**
 * What a model of fal takes, where its name tells: every one has fields of its own. Made from the types of 350 endpoints in
 * fal's own client (@fal-ai/client 1.10.1).
 */
export interface FalEndpoint {
  /** Has a list of ratios instead of a size in pixels. */
  readonly takesRatio: boolean;
  /** Takes several pictures, in `image_urls`, instead of one in `image_url`. */
  readonly takesImages: boolean;
  /** Has OpenAI's own words for these. */
  readonly takes: readonly string[];
}

const WITH_RATIO =
  /(^|\/)(bria\/|fibo|fooocus|gemini-|ideogram\/v2|imagen\d|kling-image|luma-photon|minimax\/image|nano-banana|phota|imagineart|grok-imagine-image|emu-3|flux-pro\/(kontext|v1\.1-ultra)|image-editing)/;
const WITH_IMAGES = /\/(edit|multi)(\/|$)|-image-edit-(2\d|plus)|gpt-image-1\/edit-image/;
/** Their `/edit` takes one. */
const WITH_ONE_IMAGE = /\/(bagel|ideogram\/v2|longcat-image)\//;

export function falEndpoint(model: string): FalEndpoint {
  return {
    takesRatio: WITH_RATIO.test(model),
    takesImages: WITH_IMAGES.test(model) && !WITH_ONE_IMAGE.test(model),
    takes: model.includes('gpt-image') ? ['quality', 'background', 'input_fidelity'] : [],
  };
}

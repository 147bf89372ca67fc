import type { SeedModel } from './price-seed';

/** What Stability AI calls a credit costs one cent. */
const PICO_USD_PER_CREDIT = 1e10;

function byCredits(id: string, credits: number): SeedModel {
  const images = Math.round(credits * PICO_USD_PER_CREDIT);
  return { id, match: { equals: id }, periods: [{ rates: [null, null, null, null], units: { images } }] };
}

/**
 * List prices that the generated data lacks, by provider. Stability AI's, in credits for a picture: services that make
 * pictures by developer.puter.com/tutorials/stability-ai-api-pricing (June 2026), those that change them by
 * stability.ai/api-pricing-update-25 (since 2025-08-01). What neither names has no price here.
 */
export const PICTURE_PRICES: Readonly<Record<string, readonly SeedModel[]>> = {
  stability: [
    byCredits('stable-image-ultra', 8),
    byCredits('stable-image-core', 3),
    byCredits('sd3.5-large', 6.5),
    byCredits('sd3.5-large-turbo', 4),
    byCredits('sd3.5-medium', 3.5),
    byCredits('inpaint', 5),
    byCredits('erase', 5),
    byCredits('search-and-replace', 5),
    byCredits('remove-background', 5),
    byCredits('sketch', 5),
    byCredits('structure', 5),
    byCredits('style', 5),
    byCredits('fast', 2),
    byCredits('conservative', 40),
  ],
};

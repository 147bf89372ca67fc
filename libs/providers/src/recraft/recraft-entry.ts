import { chatlessEntry } from '../openai-compatible/chatless-entry';
import { RECRAFT_IMAGES } from '../openai-compatible/row-quirks';

/** Pictures only, on OpenAI's wire (www.recraft.ai/docs). Its edits have addresses and forms of their own. */
export const RECRAFT_ENTRY = chatlessEntry({
  prefix: 'recraft',
  name: 'Recraft',
  baseUrl: 'https://external.api.recraft.ai/v1',
  keyVariables: ['RECRAFT_API_KEY'],
  baseVariables: ['RECRAFT_API_BASE'],
  operations: ['image-generations'],
  images: RECRAFT_IMAGES,
});

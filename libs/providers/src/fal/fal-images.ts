import { isRecord } from '@gateway/domain';
import {
  classifyFailure,
  contentTypeOf,
  type JsonBody,
  joinEndpoint,
  mergeHeaders,
  type OperationAdapter,
  type OperationInput,
  type PreparedOperation,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { modelPath, ProviderStreamError, parseAnswer, type WrittenPart } from '@gateway/wire-formats';
import { CALL_HEADERS } from '../call-headers';
import {
  type ImageRequest,
  imagesReader,
  type MadeImage,
  type MadeImages,
  ratioOf,
  readImageRequest,
  sizeOfAll,
  unsupportedImage,
} from '../operations/image-request';
import { falEndpoint } from './fal-endpoint';

/** What most of fal's models have of `aspect_ratio`; which of them a model has, it says itself. */
const RATIOS = ['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16', '9:21'];

const classifyError: OperationAdapter['classifyError'] = (head, body) => classifyFailure(head, body, 'openai-chat');

/** `POST /{model}` at fal.run, which answers when the pictures are there. Fields of the model's own pass through. */
export const FAL_IMAGE_GENERATIONS: OperationAdapter = {
  prepare(target, input) {
    const request = readImageRequest(input, falEndpoint(input.providerModel).takes);
    return prepare({ target, input, request, model: input.providerModel, more: {} });
  },
  classifyError,
};

/** The same, with pictures: as `data:` URLs, so that nothing has to be put where fal can fetch it. */
export const FAL_IMAGE_EDITS: OperationAdapter = {
  prepare(target, input) {
    const { takes, takesImages } = falEndpoint(input.providerModel);
    const request = readImageRequest(input, takes);
    const urls = request.images.map(dataUrl);
    if (urls.length > 1 && !takesImages)
      throw unsupportedImage('image', `image: ${input.providerModel} takes one, not ${urls.length}.`);
    const [stray] = request.files;
    if (stray) throw unsupportedImage(stray.name, `${stray.name}: fal takes pictures as \`image\` and \`mask\`.`);
    const more = {
      ...(takesImages ? { image_urls: urls } : { image_url: urls[0] }),
      ...(request.mask && { mask_url: dataUrl(request.mask) }),
    };
    const others = Object.fromEntries(Object.entries(request.others).map(([name, value]) => [name, fromForm(value)]));
    return prepare({ target, input, request: { ...request, others }, model: input.providerModel, more });
  },
  classifyError,
};

interface Prepared {
  readonly target: ProviderTarget;
  readonly input: OperationInput;
  readonly request: ImageRequest;
  readonly model: string;
  /** Fields of this operation alone. */
  readonly more: JsonBody;
}

function prepare({ target, input, request, model, more }: Prepared): PreparedOperation {
  const { origin, path } = joinEndpoint(target.baseUrl, `/${modelPath(model)}`);
  const { num_images: counted = request.n, ...others } = request.others;
  // The books, and whoever foresees them, read `n` alone.
  if (counted !== request.n) throw unsupportedImage('num_images', 'num_images: say `n` for how many pictures.');
  const body: JsonBody = {
    ...(request.n !== 1 && { num_images: request.n }),
    ...sizeFields(request, model),
    // The picture itself, as a `data:` URL, instead of the address of one.
    ...(request.answer === 'b64_json' && { sync_mode: true }),
    ...more,
    ...others,
    prompt: request.prompt,
  };
  const headers = mergeHeaders(
    CALL_HEADERS.whole,
    target.apiKey === null ? {} : { authorization: `Key ${target.apiKey}` },
    target.extraHeaders,
    { 'content-type': 'application/json', accept: 'application/json' },
  );
  const isChecked = body.enable_safety_checker !== false;
  return {
    call: { origin, path, method: 'POST', headers, body: Buffer.from(JSON.stringify(body), 'utf8') },
    reader: imagesReader(request, input.nowUnixMs ?? 0, (bytes) => decode(bytes, request, isChecked)),
  };
}

function sizeFields({ size }: ImageRequest, model: string): JsonBody {
  if (!size) return {};
  return falEndpoint(model).takesRatio ? { aspect_ratio: ratioOf(size, RATIOS) } : { image_size: size };
}

/** Clients often say nothing of a file's type, or that it is bytes. */
function dataUrl({ contentType, content }: WrittenPart): string {
  const said = contentType?.startsWith('image/') ? contentType : 'image/png';
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return `data:${contentTypeOf(content) ?? said};base64,${bytes.toString('base64')}`;
}

/** Forms have texts only; numbers, flags and objects are written in them as JSON. */
function fromForm(value: unknown): unknown {
  if (typeof value !== 'string' || !/^(-?\d+(\.\d+)?|true|false|\{.*\}|\[.*\])$/s.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** With its safety checker on, a picture that it flags is painted over in black. */
function decode(body: Buffer, { answer }: ImageRequest, isChecked: boolean): MadeImages {
  const { images, image, has_nsfw_concepts: flagged } = parseAnswer(body.toString('utf8'));
  const described = (Array.isArray(images) ? images : [image]).filter((one) => one !== undefined && one !== null);
  if (isChecked && Array.isArray(flagged) && flagged.length > 0 && flagged.every((one) => one === true)) {
    const message = 'fal painted the pictures over: its safety checker flagged them.';
    throw new ProviderStreamError({ class: 'content-filter', message, status: 200, providerCode: 'has_nsfw_concepts' });
  }
  const size = sizeOfAll(described);
  return { images: described.flatMap((one) => pictureOf(one, answer)), ...(size && { size }) };
}

function pictureOf(described: unknown, answer: ImageRequest['answer']): MadeImage[] {
  const url = isRecord(described) ? described.url : described;
  if (typeof url !== 'string') return [];
  const encoded = answer === 'b64_json' ? /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1] : undefined;
  return [encoded === undefined ? { url } : { b64_json: encoded }];
}

import {
  classifyFailure,
  joinEndpoint,
  mergeHeaders,
  type OperationAdapter,
  type OperationInput,
  type PreparedOperation,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { MalformedResponse, ProviderStreamError, parseAnswer, type WrittenPart } from '@gateway/wire-formats';
import { CALL_HEADERS } from '../call-headers';
import { encodeForm } from '../operations/encode-form';
import {
  type ImageRequest,
  imagesReader,
  type MadeImages,
  ratioOf,
  readImageRequest,
  unsupportedImage,
} from '../operations/image-request';
import { editService, generationService, type StabilityService } from './stability-services';

/** `aspect_ratio` of the API reference: sizes in pixels it has none. */
const RATIOS = ['21:9', '16:9', '3:2', '5:4', '1:1', '4:5', '2:3', '9:16', '9:21'];

const classifyError: OperationAdapter['classifyError'] = (head, body) => classifyFailure(head, body, 'openai-chat');

/** `POST /v2beta/stable-image/generate/…`. Fields of Stability's own (`negative_prompt`, `seed`, `style_preset`) pass through. */
export const STABILITY_IMAGE_GENERATIONS: OperationAdapter = {
  prepare(target, input) {
    const request = readImageRequest(input);
    const { size } = request;
    const fields = size ? [textPart('aspect_ratio', ratioOf(size, RATIOS))] : [];
    return prepare({ target, input, request, service: generationService(input.providerModel), fields });
  },
  classifyError,
};

/** `…/edit/inpaint` and the other tasks with a picture; the model's name says which. */
export const STABILITY_IMAGE_EDITS: OperationAdapter = {
  prepare(target, input) {
    const service = editService(input.providerModel);
    if (service === null)
      throw unsupportedImage('model', `model: Stability AI has no task ${input.providerModel} that answers at once.`);
    const request = readImageRequest(input);
    if (request.size && !input.deployment.dropParams)
      throw unsupportedImage('size', 'size: what Stability AI edits keeps its size. Leave it out.');
    return prepare({ target, input, request, service, fields: filesOf(request, service) });
  },
  classifyError,
};

interface Prepared {
  readonly target: ProviderTarget;
  readonly input: OperationInput;
  readonly request: ImageRequest;
  readonly service: StabilityService;
  /** Of this operation alone. */
  readonly fields: readonly WrittenPart[];
}

function prepare({ target, input, request, service, fields }: Prepared): PreparedOperation {
  const dropParams = input.deployment.dropParams ?? false;
  if (request.n !== 1 && !dropParams)
    throw unsupportedImage('n', 'n: Stability AI makes one picture a call. Leave it out.');
  if (request.answer === 'url' && !dropParams)
    throw unsupportedImage('response_format', 'response_format: Stability AI sends pictures, and no URLs of them.');
  const { body, contentType } = encodeForm([
    ...(service.takesNoPrompt ? [] : [textPart('prompt', request.prompt)]),
    ...Object.entries(service.fixed ?? {}).map(([name, value]) => textPart(name, value)),
    ...fields.filter(({ name }) => !Object.hasOwn(request.others, name)),
    ...Object.entries(request.others).map(([name, value]) =>
      textPart(name, typeof value === 'object' ? JSON.stringify(value) : String(value)),
    ),
  ]);
  const { origin, path } = joinEndpoint(target.baseUrl, `/v2beta/stable-image/${service.path}`);
  const headers = mergeHeaders(
    CALL_HEADERS.whole,
    target.apiKey === null ? {} : { authorization: `Bearer ${target.apiKey}` },
    target.extraHeaders,
    { 'content-type': contentType, accept: 'application/json' },
  );
  return {
    call: { origin, path, method: 'POST', headers, body },
    reader: imagesReader({ ...request, n: 1 }, input.nowUnixMs ?? 0, decode),
  };
}

function filesOf(
  { images, mask, files }: ImageRequest,
  { images: names = [], takesMask }: StabilityService,
): WrittenPart[] {
  if (images.length > names.length)
    throw unsupportedImage('image', `image: Stability AI takes ${names.length} here, not ${images.length}.`);
  if (mask && !takesMask) throw unsupportedImage('mask', 'mask: this task of Stability AI takes none.');
  return [
    ...images.map((image, index) => ({ ...image, name: names[index] ?? 'image' })),
    ...(mask ? [{ ...mask, name: 'mask' }] : []),
    ...files,
  ];
}

function textPart(name: string, text: string): WrittenPart {
  return { name, content: Buffer.from(text, 'utf8') };
}

/** A picture that was blurred for what it shows is charged like any other, and is not what was asked for. */
function decode(body: Buffer): MadeImages {
  const { image, finish_reason: reason } = parseAnswer(body.toString('utf8'));
  if (reason === 'CONTENT_FILTERED') {
    const message = 'Stability AI blurred the picture: it violated its content policy.';
    throw new ProviderStreamError({ class: 'content-filter', message, status: 200, providerCode: reason });
  }
  if (typeof image !== 'string') throw new MalformedResponse('Stability AI answered without a picture');
  return { images: [{ b64_json: image }] };
}

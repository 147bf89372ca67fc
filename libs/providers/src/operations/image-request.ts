import { GatewayException, isRecord } from '@gateway/domain';
import { applyBodyQuirks, type JsonBody, type OperationInput } from '@gateway/provider-kit';
import { fieldName, imagesAnswer, MalformedResponse, type WrittenPart } from '@gateway/wire-formats';
import { completeJsonBody } from './prepare-json-body';
import { readForm, textFields } from './read-form';
import { type TranslatedAnswer, WholeAnswerReader } from './whole-answer-reader';

/** A client's call for pictures, of a provider that has a wire of its own for them. */
export interface ImageRequest {
  readonly prompt: string;
  readonly n: number;
  /** Absent where the client leaves it to the provider. */
  readonly size?: ImageSize;
  /** Absent where any will do. */
  readonly answer?: 'url' | 'b64_json';
  /** What else the client or the configuration says: fields of the provider's own, and those of OpenAI's it takes. */
  readonly others: Readonly<JsonBody>;
  /** Those to be edited. */
  readonly images: readonly WrittenPart[];
  readonly mask?: WrittenPart;
  /** Files of other names. */
  readonly files: readonly WrittenPart[];
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What only OpenAI's own models have a word for. */
const OPENAI_ONLY = [
  'quality',
  'style',
  'background',
  'moderation',
  'output_compression',
  'partial_images',
  'input_fidelity',
];

/**
 * Reads generations and edits alike. `taken` are fields of OpenAI's that this provider takes as they are.
 * @throws GatewayException naming what the provider cannot do, unless `drop_params` has it left out.
 */
export function readImageRequest(input: OperationInput, taken: readonly string[] = []): ImageRequest {
  if (input.stream) throw unsupportedImage('stream', 'This provider does not stream pictures. Leave `stream` out.');
  const form = input.contentType === undefined ? null : readForm(input);
  const asked: JsonBody = form ? textFields(form.parts) : withoutNulls(completeJsonBody(input));
  const unsupported = OPENAI_ONLY.filter((field) => !taken.includes(field));
  applyBodyQuirks(asked, { rename: {}, unsupported, hints: ['user'] }, input.deployment.dropParams ?? false);
  const { model: _model, stream: _stream, prompt, n, size, response_format: answer, ...others } = asked;
  const files = form?.parts.filter(({ filename }) => filename !== undefined) ?? [];
  const mask = form?.file('mask');
  const pixels = typeof size === 'string' && size !== 'auto' ? readSize(size) : undefined;
  return {
    prompt: String(prompt),
    n: n === undefined ? 1 : Number(n),
    ...(pixels && { size: pixels }),
    ...((answer === 'url' || answer === 'b64_json') && { answer }),
    others,
    images: files.filter(({ name }) => fieldName(name) === 'image'),
    ...(mask && { mask }),
    files: files.filter((file) => fieldName(file.name) !== 'image' && file !== mask),
  };
}

function withoutNulls(body: JsonBody): JsonBody {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function readSize(size: string): ImageSize {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(size) ?? [];
  if (width === undefined) throw unsupportedImage('size', `size: must be WIDTHxHEIGHT, not ${size.slice(0, 40)}.`);
  return { width: Number(width), height: Number(height) };
}

/** Share by which a size may be off the ratio it stands for: OpenAI's 1792x1024 is its 16:9. */
const MOST_OFF = 0.03;

/**
 * The ratio of a size, for providers that have a list of them.
 * @throws GatewayException for one that is not near any of them.
 */
export function ratioOf({ width, height }: ImageSize, ratios: readonly string[]): string {
  const off = (ratio: string): number => {
    const [across = 1, down = 1] = ratio.split(':').map(Number);
    return Math.abs(Math.log((width / height) * (down / across)));
  };
  const best = [...ratios].sort((left, right) => off(left) - off(right))[0];
  if (best !== undefined && off(best) <= MOST_OFF) return best;
  const sizes = ratios.join(', ');
  throw unsupportedImage('size', `size: this provider makes ${sizes}; ${width}x${height} is none of them.`);
}

export function unsupportedImage(param: string, message: string): GatewayException {
  return new GatewayException({ code: 'unsupported_parameter', message, param });
}

/** One picture, as clients get it. */
export type MadeImage = { readonly b64_json: string } | { readonly url: string };

export interface MadeImages {
  readonly images: readonly MadeImage[];
  /** Of each of them, where the provider says it and they are alike. */
  readonly size?: ImageSize;
}

/** Reads the whole answer, and writes it as OpenAI does. Pictures are counted, for the books. */
export function imagesReader(
  { n }: ImageRequest,
  createdAtUnixMs: number,
  decode: (body: Buffer) => MadeImages,
): WholeAnswerReader {
  const answer = imagesAnswer({ n });
  return new WholeAnswerReader((body): TranslatedAnswer => {
    const { images, size } = decode(body);
    if (images.length === 0) throw new MalformedResponse('the provider answered without a picture');
    const document = {
      created: Math.floor(createdAtUnixMs / 1_000),
      data: images,
      ...(size && { size: `${size.width}x${size.height}` }),
    };
    return { bytes: Buffer.from(JSON.stringify(document), 'utf8'), usage: answer.document?.(document) ?? null };
  }, answer.beforehand);
}

/** The size that all of these have. */
export function sizeOfAll(described: readonly unknown[]): ImageSize | undefined {
  const [first, ...others] = described.map(sizeIn);
  const isSame = first && others.every((one) => one?.width === first.width && one.height === first.height);
  return isSame ? first : undefined;
}

function sizeIn(value: unknown): ImageSize | undefined {
  if (!isRecord(value)) return undefined;
  const { width, height } = value;
  return typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0
    ? { width, height }
    : undefined;
}

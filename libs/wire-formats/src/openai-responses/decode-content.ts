import type { ContentPart, DocumentPart, ImagePart, TextPart } from '@gateway/domain';
import { decodeAnnotations } from './annotations';
import type { PartBody } from './item-schema';

/** Keeps something the hub has no word for, by its path in the client's body. */
export type KeepUnmapped = (path: string, value: unknown) => void;

const PDF = 'application/pdf';
const BASE64_DATA_URL = /^data:([^;,]+)((?:;[^;,]+)*);base64,/i;

/** Parts the hub has no word for are kept by path, so that no wire can lose them silently. */
export function decodeContent(
  content: string | readonly PartBody[],
  path: string,
  keep: KeepUnmapped,
): (TextPart | ImagePart | Extract<ContentPart, { type: 'document' | 'refusal' }>)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  const parts = [];
  for (const [index, part] of content.entries()) {
    const decoded = decodePart(part);
    if (decoded === null) keep(`${path}[${index}]`, part);
    else parts.push(decoded);
  }
  return parts;
}

function decodePart(part: PartBody) {
  switch (part.type) {
    case 'input_text':
    case 'output_text': {
      const citations = decodeAnnotations(part.annotations);
      return { type: 'text' as const, text: String(part.text), ...(citations.length > 0 && { citations }) };
    }
    case 'refusal':
      return { type: 'refusal' as const, text: String(part.refusal) };
    case 'input_image':
      return decodeImage(part);
    case 'input_file':
      return decodeFile(part);
    default:
      return null;
  }
}

function decodeImage({ image_url: url, detail }: PartBody): ImagePart | null {
  if (typeof url !== 'string' || url === '') return null;
  const data = BASE64_DATA_URL.exec(url);
  return {
    type: 'image',
    source:
      data === null
        ? { kind: 'url', url }
        : { kind: 'base64', mediaType: data[1]!.toLowerCase(), data: url.slice(data[0].length) },
    ...(typeof detail === 'string' && { detail }),
  };
}

/** A PDF by its bytes or its address; files that were uploaded before are known to one provider only. */
function decodeFile({ file_data: bytes, file_url: url, filename }: PartBody): DocumentPart | null {
  const title = typeof filename === 'string' ? { title: filename } : {};
  if (typeof bytes === 'string') {
    const data = BASE64_DATA_URL.exec(bytes);
    if (data?.[1]?.toLowerCase() !== PDF) return null;
    return {
      type: 'document',
      source: { kind: 'base64', mediaType: PDF, data: bytes.slice(data[0].length) },
      ...title,
    };
  }
  return typeof url === 'string' && url !== '' ? { type: 'document', source: { kind: 'url', url }, ...title } : null;
}

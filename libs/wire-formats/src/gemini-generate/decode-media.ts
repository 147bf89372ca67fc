import { type AudioPart, type DocumentPart, type ImagePart, isRecord, type TextPart } from '@gateway/domain';
import { fieldOf } from './fields';

const PDF = 'application/pdf';
const IMAGE_ENDING = /\.(?:png|jpe?g|webp|gif|heic|heif)(?:[?#]|$)/i;
const PDF_ENDING = /\.pdf(?:[?#]|$)/i;
/** What was uploaded to Google can only be read there, with Google's key. */
const KEPT_BY_GOOGLE = /^https?:\/\/generativelanguage\.googleapis\.com\//i;
const WEB_URL = /^https?:\/\//i;

/** `Blob` → a part; null for kinds of media the hub has no word for. */
export function decodeInlineData(blob: unknown): ImagePart | DocumentPart | AudioPart | TextPart | null {
  if (!isRecord(blob)) return null;
  const mediaType = String(fieldOf(blob, 'mimeType')).toLowerCase();
  const data = String(blob.data);
  if (mediaType.startsWith('image/')) return { type: 'image', source: { kind: 'base64', mediaType, data } };
  if (mediaType.startsWith('audio/')) return { type: 'audio', source: { kind: 'base64', mediaType, data } };
  if (mediaType === PDF) return { type: 'document', source: { kind: 'base64', mediaType: PDF, data } };
  if (mediaType === 'text/plain') return { type: 'text', text: Buffer.from(data, 'base64').toString('utf8') };
  return null;
}

/** `FileData` → a part that names the URL; whoever serves the model fetches it, the gateway never does. */
export function decodeFile(file: unknown): ImagePart | DocumentPart | null {
  if (!isRecord(file)) return null;
  const url = String(fieldOf(file, 'fileUri'));
  if (!WEB_URL.test(url) || KEPT_BY_GOOGLE.test(url)) return null;
  const mediaType = fieldOf(file, 'mimeType');
  const isSaid = typeof mediaType === 'string' && mediaType !== '';
  if (isSaid ? mediaType.toLowerCase() === PDF : PDF_ENDING.test(url)) {
    return { type: 'document', source: { kind: 'url', url } };
  }
  if (isSaid ? mediaType.toLowerCase().startsWith('image/') : IMAGE_ENDING.test(url)) {
    return { type: 'image', source: { kind: 'url', url } };
  }
  return null;
}

import type { VendorWire } from '../server/vendor-wire';
import { readImageEdit, readImageGeneration } from './images';
import { readSpeech } from './speech';
import { readTranscription, readTranslation } from './transcripts';

/** How the bodies of the image and audio calls are read, by path below the base URL. */
export const MEDIA_READERS: ReadonlyMap<string, VendorWire['readChat']> = new Map([
  ['/images/generations', readImageGeneration],
  ['/images/edits', readImageEdit],
  ['/audio/speech', readSpeech],
  ['/audio/transcriptions', readTranscription],
  ['/audio/translations', readTranslation],
]);

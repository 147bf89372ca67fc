import type { StreamPart } from '@gateway/domain';

/** UTF-8 bytes of what the model wrote in this part: cheap to count, and the same however the answer is cut. */
export function generatedBytesOf(part: StreamPart): number {
  switch (part.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return Buffer.byteLength(part.text);
    case 'tool-call-start':
      return Buffer.byteLength(part.name);
    case 'tool-call-delta':
      return Buffer.byteLength(part.argumentsText);
    default:
      return 0;
  }
}

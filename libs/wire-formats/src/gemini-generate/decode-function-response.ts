import { type ImagePart, isRecord, type TextPart, type ToolResultPart } from '@gateway/domain';
import { decodeInlineData } from './decode-media';
import { fieldOf, listOf } from './fields';

/** What a function answered, a struct on this wire → a tool's result, a text in the hub. */
export function decodeFunctionResponse(result: Readonly<Record<string, unknown>>, toolCallId: string): ToolResultPart {
  const response = isRecord(result.response) ? result.response : {};
  const images = listOf(result.parts).flatMap((part): ImagePart[] => {
    const media = isRecord(part) ? decodeInlineData(fieldOf(part, 'inlineData')) : null;
    return media?.type === 'image' ? [media] : [];
  });
  const text: TextPart = { type: 'text', text: textOf(response) };
  return {
    type: 'tool-result',
    toolCallId,
    content: [text, ...images],
    ...(isErrorOnly(response) && { isError: true }),
  };
}

/** The API's reference names `output` and `error` for what is no struct of its own. */
function textOf(response: Readonly<Record<string, unknown>>): string {
  if (isErrorOnly(response)) return response.error;
  const [only, ...others] = Object.entries(response);
  const isPlain = only?.[0] === 'output' && others.length === 0 && typeof only[1] === 'string';
  // A text that looks like a struct would come back as one.
  if (isPlain && !String(only[1]).trimStart().startsWith('{')) return String(only[1]);
  return JSON.stringify(response);
}

function isErrorOnly(response: Readonly<Record<string, unknown>>): response is { readonly error: string } {
  return typeof response.error === 'string' && Object.keys(response).length === 1;
}

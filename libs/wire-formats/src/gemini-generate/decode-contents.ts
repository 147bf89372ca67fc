import { type ContentPart, isRecord, type Message } from '@gateway/domain';
import { argumentsTextOf } from '../tool-input';
import { decodeFunctionResponse } from './decode-function-response';
import { decodeFile, decodeInlineData } from './decode-media';
import { fieldOf, listOf } from './fields';
import { hubProofOf } from './thought-signature';

type Fields = Readonly<Record<string, unknown>>;

/** Told about every part the hub has no word for, with its path in the client's body. */
export type UnmappedSink = (path: string, value: unknown) => void;

/**
 * `contents` → messages. Calls of functions may come without ids, and so may their results, which then belong to the
 * first call of that function that has none yet: as the API does, by order.
 */
export class ContentDecoder {
  /** Function → ids of its calls that have no result yet. */
  readonly #open = new Map<string, string[]>();

  constructor(private readonly onUnmapped: UnmappedSink) {}

  decode(contents: readonly unknown[]): Message[] {
    return contents.map((content, index) => {
      const { role, parts } = content as Fields;
      return {
        role: role === 'model' ? 'assistant' : 'user',
        content: listOf(parts).flatMap((part, at) => this.#decodePart(part as Fields, `${index}_${at}`)),
      };
    });
  }

  /** `place` is `<content>_<part>`, which makes ids and paths. */
  #decodePart(part: Fields, place: string): ContentPart[] {
    const call = fieldOf(part, 'functionCall');
    if (isRecord(call)) return [this.#decodeCall(part, call, place)];
    const result = fieldOf(part, 'functionResponse');
    if (isRecord(result)) return [decodeFunctionResponse(result, this.#idOfResult(result))];
    if (typeof part.text === 'string') return decodeText(part, part.text);
    const media = decodeInlineData(fieldOf(part, 'inlineData')) ?? decodeFile(fieldOf(part, 'fileData'));
    if (media !== null) return [media];
    this.onUnmapped(`contents[${place.replace('_', '].parts[')}]`, part);
    return [];
  }

  #decodeCall(part: Fields, call: Fields, place: string): ContentPart {
    const name = String(call.name);
    const id = typeof call.id === 'string' && call.id !== '' ? call.id : `call_${place}`;
    this.#open.set(name, [...(this.#open.get(name) ?? []), id]);
    const signature = fieldOf(part, 'thoughtSignature');
    return {
      type: 'tool-call',
      id,
      name,
      argumentsText: argumentsTextOf(call.args),
      ...(typeof signature === 'string' && signature !== '' && { signature }),
    };
  }

  #idOfResult(result: Fields): string {
    const name = String(result.name);
    const open = this.#open.get(name) ?? [];
    const given = typeof result.id === 'string' && result.id !== '' ? result.id : undefined;
    const id = given ?? open[0] ?? name;
    this.#open.set(
      name,
      open.filter((one) => one !== id),
    );
    return id;
  }
}

/** A signature beside plain text is kept as a thought without words, as answers have it in the hub. */
function decodeText(part: Fields, text: string): ContentPart[] {
  const signature = fieldOf(part, 'thoughtSignature');
  const proof = typeof signature === 'string' && signature !== '' ? hubProofOf(signature) : null;
  if (part.thought === true) return [{ type: 'reasoning', text, ...proof }];
  const texts: ContentPart[] = text === '' && proof !== null ? [] : [{ type: 'text', text }];
  return proof === null ? texts : [...texts, { type: 'reasoning', text: '', ...proof }];
}

import type { Citation, StreamPart, Usage } from '@gateway/domain';

/** An answer without its timing: what a client ends up with, whatever the wire and the chunking. */
export interface FoldedAnswer {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly FoldedBlock[];
  readonly finish: string;
  readonly stopSequence: string | null;
  readonly usage: Usage | null;
}

export interface FoldedBlock {
  readonly kind: string;
  readonly text: string;
  readonly call?: string;
  readonly signature?: string;
  readonly redactedData?: string;
  readonly citations?: readonly Citation[];
}

/**
 * Folds choice 0 and throws when the parts break the vocabulary's order: a block used before it starts, after it ends,
 * or still open at the finish; numbers that do not count up from 0; anything after the usage.
 */
export function foldParts(parts: readonly StreamPart[]): FoldedAnswer {
  const blocks: { -readonly [Key in keyof FoldedBlock]: FoldedBlock[Key] }[] = [];
  const open = new Set<number>();
  const answer = {
    id: '',
    model: '',
    finish: 'none',
    stopSequence: null as string | null,
    usage: null as Usage | null,
  };
  const demand = (condition: boolean, part: StreamPart) => {
    if (!condition) throw new Error(`out of order: ${JSON.stringify(part)}`);
  };
  parts.forEach((part, index) => {
    demand((part.type === 'response-start') === (index === 0), part);
    demand(answer.usage === null, part);
    if (part.type === 'response-start') Object.assign(answer, { id: part.id, model: part.model });
    else if (part.type === 'usage') answer.usage = part.usage;
    else if (part.choice !== 0) return;
    else if (part.type === 'finish') {
      demand(open.size === 0 && answer.finish === 'none', part);
      Object.assign(answer, { finish: part.reason.unified, stopSequence: part.stopSequence ?? null });
    } else if (part.type.endsWith('-start')) {
      demand(part.block === blocks.length, part);
      open.add(part.block);
      blocks.push({ kind: part.type.slice(0, -'-start'.length), text: '' });
      if (part.type === 'tool-call-start') blocks[part.block]!.call = `${part.id} ${part.name}`;
    } else if (part.type === 'citation') {
      const block = blocks[part.block]!;
      demand(open.has(part.block) && block.kind === 'text', part);
      block.citations = [...(block.citations ?? []), part.citation];
    } else {
      const block = blocks[part.block]!;
      demand(open.has(part.block) && part.type.startsWith(block.kind), part);
      if ('text' in part) block.text += part.text;
      if ('argumentsText' in part) block.text += part.argumentsText;
      if (part.type === 'reasoning-end') {
        if (part.signature) block.signature = part.signature;
        if (part.redactedData !== undefined) block.redactedData = part.redactedData;
      }
      if (part.type.endsWith('-end')) open.delete(part.block);
    }
  });
  return { ...answer, blocks };
}

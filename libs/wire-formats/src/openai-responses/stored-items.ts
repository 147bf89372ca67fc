import { isRecord } from '@gateway/domain';

export type StoredItem = Readonly<Record<string, unknown>>;

const ID_PREFIX: Readonly<Record<string, string>> = {
  message: 'msg',
  function_call: 'fc',
  function_call_output: 'fco',
  reasoning: 'rs',
};

/** Items that are what they are without an id. Those of a provider's own tools are told apart by theirs. */
const NEEDS_NO_ID: ReadonlySet<string> = new Set(Object.keys(ID_PREFIX));

/** A request's input as it is kept and listed: items, each with a type and an id, which `key` makes its own. */
export function inputItemsOf(input: unknown, key: string): StoredItem[] {
  const items =
    typeof input === 'string' ? [{ role: 'user', content: [{ type: 'input_text', text: input }] }] : recordsIn(input);
  return items.map((item, index) => {
    const type = typeof item.type === 'string' ? item.type : 'message';
    const { id = `${ID_PREFIX[type] ?? 'item'}_${key}_in_${index}` } = item;
    return { ...item, id, type, ...(typeof item.content === 'string' && { content: [textPart(item)] }) };
  });
}

/**
 * What was said before, as input of the next call. No provider has these items, so they go by their content and not by
 * their ids, and reasoning of which only the provider that made it has the content is left out.
 */
export function itemsToGoOnFrom(items: readonly unknown[]): StoredItem[] {
  return recordsIn(items).filter(hasContent).map(withoutId);
}

function hasContent(item: StoredItem): boolean {
  return item.type !== 'reasoning' || typeof item.encrypted_content === 'string';
}

function withoutId(item: StoredItem): StoredItem {
  if (!NEEDS_NO_ID.has(String(item.type))) return item;
  const { id: _id, status: _status, ...rest } = item;
  return rest;
}

function textPart(item: StoredItem): StoredItem {
  return { type: item.role === 'assistant' ? 'output_text' : 'input_text', text: item.content };
}

function recordsIn(value: unknown): StoredItem[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

import { type GatewayError, GatewayException } from '@gateway/domain';

/** Which part of a list is asked for, in OpenAI's words. */
export interface Page {
  readonly limit: number;
  readonly oldestFirst: boolean;
  /** The last one of the page before; undefined for the first page. */
  readonly after: string | undefined;
}

/** @throws GatewayException that names the parameter */
export function readPage(
  query: Readonly<Record<string, string | undefined>>,
  { usual, most }: { readonly usual: number; readonly most: number },
): Page {
  const { limit: given, order = 'desc', after } = query;
  const limit = given === undefined ? usual : /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > most) throw refusedField('limit', `must be a number from 1 to ${most}`);
  if (order !== 'asc' && order !== 'desc') throw refusedField('order', 'must be "asc" or "desc"');
  return { limit, oldestFirst: order === 'asc', after };
}

export function refusedField(param: string, why: string): GatewayException {
  const error: GatewayError = { code: 'invalid_request', message: `${param}: ${why}.`, param };
  return new GatewayException(error);
}

export interface ListDocument<Item> {
  readonly object: 'list';
  readonly data: readonly Item[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
}

export function listDocument<Item extends { readonly id?: unknown }>(
  data: readonly Item[],
  hasMore: boolean,
): ListDocument<Item> {
  const idOf = (item: Item | undefined) => (typeof item?.id === 'string' ? item.id : null);
  return { object: 'list', data, first_id: idOf(data[0]), last_id: idOf(data.at(-1)), has_more: hasMore };
}

import type { Refusal } from './vendor-wire';

/** Refusals of a vendor who has one name for each status, and no types. */
export function namedRefusals(
  vendor: string,
  names: Readonly<Record<number, string>>,
  otherwise: string,
): (status: number, code?: string) => Refusal {
  return (status, code) => ({
    status,
    type: '',
    code: code ?? names[status] ?? otherwise,
    message: `the emulated ${vendor} answers ${status}`,
    param: null,
  });
}

import type { GatewayError } from '@gateway/domain';

/**
 * What is wrong with a request, and where. Paths are relative to the value that was checked and grow on the way out,
 * so that a good request never pays for building one.
 */
export interface RequestFault {
  readonly path: string;
  readonly problem: string;
}

export function faultAt(path: string, problem: string): RequestFault {
  return { path, problem };
}

/** The same fault seen from one level up. */
export function faultWithin(parent: string, fault: RequestFault): RequestFault {
  const separator = fault.path === '' || fault.path.startsWith('[') ? '' : '.';
  return { path: `${parent}${separator}${fault.path}`, problem: fault.problem };
}

/** Checks every element; the first fault is reported with its index. */
export function firstFaultIn(
  items: readonly unknown[],
  check: (item: unknown) => RequestFault | null,
): RequestFault | null {
  for (let index = 0; index < items.length; index++) {
    const fault = check(items[index]);
    if (fault !== null) return faultWithin(`[${index}]`, fault);
  }
  return null;
}

export function errorFromFault(fault: RequestFault): GatewayError {
  if (fault.path === '') return { code: 'invalid_request', message: `The request body ${fault.problem}.` };
  return { code: 'invalid_request', message: `${fault.path}: ${fault.problem}`, param: fault.path };
}

import { z } from 'zod';
import type { Bill } from '../bill';
import { faultRuleSchema } from '../faults/fault';
import type { FaultBoard } from '../faults/fault-board';
import type { RequestLog } from './request-log';

export const CONTROL_PREFIX = '/__emulator/';

export interface ControlParts {
  readonly bill: Bill;
  readonly faults: FaultBoard;
  readonly requests: RequestLog;
  reset(): void;
}

export interface ControlReply {
  readonly status: number;
  readonly document: unknown;
}

/** The control API of one emulator; `route` is the method and the path after the prefix. */
export function answerControl(parts: ControlParts, route: string, body: string): ControlReply {
  switch (route) {
    case 'GET bill':
      return { status: 200, document: { rows: parts.bill.rows(), totals: parts.bill.totals() } };
    case 'GET requests':
      return { status: 200, document: { requests: parts.requests.list() } };
    case 'GET faults':
      return { status: 200, document: { faults: parts.faults.list() } };
    case 'POST faults':
      return addFault(parts.faults, body);
    case 'DELETE faults':
      parts.faults.clear();
      return { status: 200, document: { faults: [] } };
    case 'POST reset':
      parts.reset();
      return { status: 200, document: { reset: true } };
    default:
      return { status: 404, document: { error: `the emulator has no control call ${route}` } };
  }
}

function addFault(faults: FaultBoard, body: string): ControlReply {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch (error) {
    return { status: 400, document: { error: `the body is not JSON: ${String(error)}` } };
  }
  const rule = faultRuleSchema.safeParse(given);
  if (!rule.success) return { status: 400, document: { error: z.prettifyError(rule.error) } };
  faults.add(rule.data.match, rule.data.fault);
  return { status: 201, document: { faults: faults.list() } };
}

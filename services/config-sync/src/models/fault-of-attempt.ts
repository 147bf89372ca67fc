import { storedModelName } from '@gateway/config';
import { GrpcFault } from '@gateway/service-kit';
import type { Attempted } from '../configuration-publisher';

const MOST_TOLD = 5;

/** Why a change is not in force. `changed`: the model it is about, null when it was taken out. */
export function faultOfAttempt(attempted: Attempted, changed: string | null): GrpcFault {
  switch (attempted.kind) {
    case 'invalid':
      return faultOfProblems(attempted.problems, changed);
    case 'refused': {
      const reasons = attempted.reasons.slice(0, MOST_TOLD).join('; ');
      return new GrpcFault(
        'FAILED_PRECONDITION',
        `Version ${attempted.version} with this change was refused: ${reasons}`,
      );
    }
    case 'not ready':
      return new GrpcFault('UNAVAILABLE', attempted.reason);
    default:
      return new GrpcFault('ABORTED', 'The configuration was changed meanwhile. Try again.');
  }
}

/** A mistake of the model itself is the caller's, told by its field; any other is of the rest that it would stand beside. */
function faultOfProblems(problems: readonly string[], changed: string | null): GrpcFault {
  const place = changed === null ? null : `${storedModelName(changed)}:1:1 `;
  const own = place === null ? [] : problems.filter((problem) => problem.startsWith(place));
  const told = (list: readonly string[]) => list.slice(0, MOST_TOLD).join('; ');
  if (place === null || own.length === 0) {
    const message = `The configuration would be refused: ${told(problems)}`;
    return new GrpcFault('FAILED_PRECONDITION', message);
  }
  const texts = own.map((problem) => problem.slice(place.length));
  const field = /^(?:model_name|(?:litellm_params|model_info)\S*)/.exec(texts[0] ?? '')?.[0];
  return new GrpcFault('INVALID_ARGUMENT', `${told(texts)}.`, field);
}

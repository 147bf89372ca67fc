import { FAILURE_CLASSES } from './failure-class';
import { errorFromFailure } from './gateway-error';
import { loggableErrorReason, loggableFailureReason } from './loggable-reason';

describe('what logs may repeat', () => {
  it.each(['bad-request', 'context-window', 'content-filter', 'server-error'] as const)(
    'N1 nothing a provider said with %s, on its way to the client or before',
    (failureClass) => {
      const failure = { class: failureClass, message: 'your words were: canary' };
      expect(loggableFailureReason(failure)).toBeUndefined();
      expect(loggableErrorReason(errorFromFailure(failure))).toBeUndefined();
    },
  );

  it('N1 what an error hides, its failure hides or words itself', () => {
    for (const failureClass of FAILURE_CLASSES) {
      const failure = { class: failureClass, message: 'words' };
      if (loggableFailureReason(failure) === undefined) {
        expect(loggableErrorReason(errorFromFailure(failure))).toBeUndefined();
      }
    }
    expect(loggableFailureReason({ class: 'quota-exhausted', message: 'no credit' })).toBe('no credit');
    expect(loggableErrorReason({ code: 'rate_limited', message: 'slow down' })).toBe('slow down');
  });

  it('N1 nothing of a body that could not be read', () => {
    expect(loggableErrorReason({ code: 'invalid_json', message: 'Unexpected token in "canary"' })).toBeUndefined();
    expect(loggableErrorReason({ code: 'invalid_request', message: "'canary' is no role" })).toBeUndefined();
  });
});

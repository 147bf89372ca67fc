/** One variable that keeps a service from starting. Holds no value of a secret. */
export interface EnvironmentProblem {
  readonly variable: string;
  /** A sentence that says what is wrong and what is expected. */
  readonly message: string;
}

/** Thrown once with every bad variable, so that nobody has to fix them one restart at a time. */
export class EnvironmentError extends Error {
  constructor(
    service: string,
    readonly problems: readonly EnvironmentProblem[],
  ) {
    const lines = problems.map(({ message }) => `  - ${message}`);
    const noun = problems.length === 1 ? 'variable keeps' : 'variables keep';
    super(`${problems.length} environment ${noun} ${service} from starting:\n${lines.join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

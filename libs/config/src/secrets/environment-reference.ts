const REFERENCE = /^os\.environ\/(.*)$/s;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variable a value such as `os.environ/OPENAI_API_KEY` refers to, or null when it is no such reference. */
export function referencedVariable(value: string): string | null {
  return REFERENCE.exec(value)?.[1] ?? null;
}

export function isVariableName(name: string): boolean {
  return VARIABLE_NAME.test(name);
}

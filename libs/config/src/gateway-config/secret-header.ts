const SECRET_NAME = /auth|api[-_]?key|token|secret|cookie|passw|credential|signature/i;

/** Whether a header's value is to be treated as a secret, judged by the header's name. */
export function isSecretHeader(name: string): boolean {
  return SECRET_NAME.test(name);
}

import * as fc from 'fast-check';

/** A text with a secret in it, and the part that nobody may ever read. */
export interface SecretSample {
  readonly text: string;
  readonly hidden: string;
}

const characters = (alphabet: string, least: number, most = 48) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: least, maxLength: most });

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const ALPHANUMERIC = `${LOWER}${LOWER.toUpperCase()}0123456789`;
const token = characters(ALPHANUMERIC, 16);
const urlSafe = characters(`${ALPHANUMERIC}_-`, 16).filter((text) => /[A-Za-z0-9]$/.test(text));

const prefixed = fc
  .tuple(
    fc.constantFrom('sk-', 'sk-proj-', 'sk-ant-api03-', 'gsk_', 'xai-', 'hf_', 'ghp_', 'xoxb-', 'whsec_', 'pk-lf-'),
    token,
  )
  .map(([prefix, rest]) => ({ text: prefix + rest, hidden: rest }));
const google = characters(`${ALPHANUMERIC}_-`, 30, 40)
  .filter((text) => /^[A-Za-z0-9]/.test(text))
  .map((rest) => ({ text: `AIza${rest}`, hidden: rest }));
const aws = characters(`${LOWER.toUpperCase()}0123456789`, 16, 16).map((rest) => ({
  text: `AKIA${rest}`,
  hidden: rest,
}));
const jsonWebToken = fc.tuple(urlSafe, urlSafe, urlSafe).map(([header, payload, signature]) => ({
  text: `eyJ${header}.${payload}.${signature}`,
  hidden: signature,
}));
const authorization = fc
  .tuple(fc.constantFrom('Bearer ', 'bearer  ', 'Basic ', 'Authorization: Bearer ', '"authorization":"Basic '), token)
  .map(([scheme, rest]) => ({ text: scheme + rest, hidden: rest }));
const named = fc
  .tuple(
    fc.constantFrom(
      'x-api-key',
      'api-key',
      'api_key',
      'apiKey',
      'x-goog-api-key',
      'client_secret',
      'password',
      'cookie',
    ),
    fc.constantFrom(': ', '=', '": "', "': '"),
    token,
  )
  .map(([name, between, value]) => ({ text: name + between + value, hidden: value }));
const userInfo = fc
  .tuple(fc.constantFrom('postgres', 'redis', 'nats', 'https'), token, token)
  .map(([scheme, user, password]) => ({ text: `${scheme}://${user}:${password}@host.example/path`, hidden: password }));
const query = fc
  .tuple(fc.constantFrom('key', 'token', 'api_key', 'access_token', 'sig'), token)
  .map(([name, value]) => ({ text: `https://host.example/path?a=1&${name}=${value}&b=2`, hidden: value }));

export const anySecret: fc.Arbitrary<SecretSample> = fc.oneof(
  prefixed,
  google,
  aws,
  jsonWebToken,
  authorization,
  named,
  userInfo,
  query,
);

/** Any text that cannot by accident contain a generated secret. */
export const quietText = fc.string({ maxLength: 40 });

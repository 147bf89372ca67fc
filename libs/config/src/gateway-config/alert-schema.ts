import { ALERT_KINDS } from '@gateway/domain';
import { z } from 'zod';
import { key } from './schema-key';
import { flag, httpUrl, multiple, oneOf, partOfOne, secretReference, subjectTokenText, usd } from './yaml-values';

const secrets = z.union([z.array(secretReference).min(1), secretReference.transform((one) => [one])], {
  error: 'os.environ/NAME, or a list of such references',
});

export const ALERT_WEBHOOK = {
  name: subjectTokenText.meta({ description: 'In lists, logs and metrics; required.' }),
  url: httpUrl.meta({ description: 'Where alerts are posted; required.' }),
  secret: secrets.meta({
    description:
      '`os.environ/NAME`, which the cost-ledger reads: `whsec_` and the Base64 of 24 to 64 bytes. Of several each one signs, so that one can be replaced by another. Required.',
  }),
  kinds: key(
    z.array(oneOf(ALERT_KINDS), { error: 'a list of kinds of alerts' }),
    `What it is told of: ${ALERT_KINDS.map((kind) => `\`${kind}\``).join(', ')}. Default: everything.`,
  ),
  network: key(
    oneOf(['public', 'any']),
    'Where the address may be: `public` is https to the public internet; `any` is your own network, too, and http. Default: `public`.',
  ),
};

export const ALERT_ANOMALIES = {
  enabled: key(flag, 'Whether anybody looks. Default: `true`.'),
  factor: key(multiple, 'How many times the usual spend is unusual. Default: 2.'),
  min_usd_per_hour: key(usd, 'And how much beyond the usual, in an hour. Default: 1.'),
  min_usd_per_day: key(
    usd,
    'The same in a day; and how much must be spent in a day before its mix of models is looked at. Default: 10.',
  ),
};

export const ALERTS = {
  webhooks: key(
    z.array(z.strictObject(ALERT_WEBHOOK, { error: 'a mapping' }), { error: 'a list of webhooks' }),
    'Who is told. See below.',
  ),
  budget_shares: key(
    z.array(
      partOfOne.refine((share) => share > 0, { error: 'a share above 0' }),
      { error: 'a list of shares such as [0.8, 1]' },
    ),
    'Shares of `max_budget` that are told of when they are spent, beside every `soft_budget`. Default: `[0.8, 1]`; `[]` for none.',
  ),
  anomalies: key(
    z.strictObject(ALERT_ANOMALIES, { error: 'a mapping' }),
    'When the spend of a team, a key or a model is unusual. See below.',
  ),
};

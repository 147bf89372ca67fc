import { decodeEnvelope, decodeUsageEvents, encodeEnvelope, encodeUsageEvents } from '@gateway/contracts';
import { aDeployment } from './a-deployment';
import { anAttemptRecord, aUsage, aUsageEvent } from './a-usage-event';
import { anEnvelope, aRoutingSlip, aSlipStep } from './an-envelope';

describe('builders', () => {
  test('values survive the trip over the bus', () => {
    const envelope = anEnvelope({ slip: aRoutingSlip({ steps: [aSlipStep({ pool: 'anthropic' })] }) });
    expect(decodeEnvelope(encodeEnvelope(envelope, Buffer.from('{}'))).envelope).toEqual(envelope);
    const event = aUsageEvent({ attempt: anAttemptRecord({ usage: aUsage({ cachedPromptTokens: 3 }) }) });
    expect(decodeUsageEvents(encodeUsageEvents([event])).events).toEqual([event]);
  });

  test('deadlines follow the time of arrival, and overrides win', () => {
    expect(anEnvelope({ receivedAtUnixMs: 5_000 }).deadlineUnixMs).toBe(65_000);
    expect(aDeployment({ pool: 'other' })).toMatchObject({ pool: 'other', providerModel: 'mock-gpt' });
  });
});

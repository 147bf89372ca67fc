import type { ConfigStatus } from '@gateway/contracts';
import { describeConfiguration } from './describe-configuration';

const instance = {
  service: 'router',
  instance: 'router-1',
  version: '2-b',
  sinceUnixMs: 5_000,
  refusedVersion: '',
  refusedFor: '',
};
const status: ConfigStatus = {
  version: '2-b',
  source: 'gateway.yaml',
  publishedAtUnixMs: 1_000,
  lastError: '',
  priceSource: '',
  priceLastError: '',
  sourceTag: '"abc"',
  sourceSeenAtUnixMs: 3_000,
  sourceAwaySinceUnixMs: 0,
  sourceAwayReason: '',
  sourceStale: false,
  instances: [instance],
  candidate: '',
  refusedVersion: '',
  refusedReasons: [],
  refusedAtUnixMs: 0,
  restores: '',
};
const here = { version: '2-b', publishedAtUnixMs: 1_000, source: 'gateway.yaml' };

describe('GET /hot-reload/status', () => {
  it('L2 tells whether the source can be read, and since when and why not', () => {
    const there = {
      tag: '"abc"',
      seen_at: '1970-01-01T00:00:03.000Z',
      away_since: null,
      away_reason: null,
      stale: false,
    };
    expect(describeConfiguration(status, here)).toMatchObject({ read_from: there });
    const away = {
      ...status,
      sourceSeenAtUnixMs: 0,
      sourceAwaySinceUnixMs: 4_000,
      sourceAwayReason: 'x',
      sourceStale: true,
    };
    expect(describeConfiguration(away, here)).toMatchObject({
      read_from: { seen_at: null, away_since: '1970-01-01T00:00:04.000Z', away_reason: 'x', stale: true },
    });
  });

  it('L4 tells the version, when and from where, and what each instance holds', () => {
    expect(describeConfiguration(status, here)).toMatchObject({
      version: '2-b',
      published_at: '1970-01-01T00:00:01.000Z',
      source: 'gateway.yaml',
      in_step: true,
      instances: [
        { service: 'router', instance: 'router-1', version: '2-b', since: '1970-01-01T00:00:05.000Z', refused: null },
      ],
      refused: null,
      last_error: null,
      problems: [],
    });
  });

  it('L4 tells who is behind and why, and what is wrong with the source, by file and line', () => {
    const behind = { ...instance, version: '1-a', refusedVersion: '2-b', refusedFor: 'no key' };
    const lastError = 'gateway.yaml:3:5 model_list[0].x is not a key\ngateway.yaml does not exist';
    expect(describeConfiguration({ ...status, instances: [instance, behind], lastError }, here)).toMatchObject({
      in_step: false,
      instances: [{ refused: null }, { version: '1-a', refused: { version: '2-b', reason: 'no key' } }],
      problems: [
        { file: 'gateway.yaml', line: 3, column: 5, message: 'model_list[0].x is not a key' },
        { file: null, line: null, column: null, message: 'gateway.yaml does not exist' },
      ],
    });
  });

  it('L4 tells what this edge holds while config-sync does not answer', () => {
    expect(describeConfiguration(null, here)).toEqual({
      config_sync: 'unreachable',
      version: '2-b',
      published_at: '1970-01-01T00:00:01.000Z',
      source: 'gateway.yaml',
      here: '2-b',
    });
  });
});

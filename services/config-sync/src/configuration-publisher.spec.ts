import { randomBytes } from 'node:crypto';
import { openSecret } from '@gateway/config';
import { CONFIGURATION_KEY, counterOf } from '@gateway/contracts';
import fc from 'fast-check';
import { MemoryKv, openMemoryPublisher as setUp } from '../test/memory-publisher';
import { UnknownVersion } from './roll-out/version-writer';

const GOOD = 'model_list: [{ model_name: a, litellm_params: { model: openai/a } }]\n';
const OTHER = 'model_list: [{ model_name: b, litellm_params: { model: openai/b } }]\n';
const LITERAL = 'model_list: [{ model_name: a, litellm_params: { model: openai/a, api_key: sk-in-the-file } }]\n';
const BAD = 'model_list:\n  - model_name: a\n';

describe('ConfigurationPublisher', () => {
  it('L3 publishes a good file, and again only when it means something else', async () => {
    const { publisher, kv, news, offer } = await setUp();
    await offer(GOOD);
    await offer(`# a comment\n${GOOD}`);
    await offer(OTHER);
    await offer(GOOD);
    expect(news).toEqual(['in force 1', 'unchanged 1', 'in force 2', 'in force 3']);
    expect((await kv.state()).inForce).toMatchObject({
      version: expect.stringMatching(/^3-[0-9a-f]{12}$/),
      source: 'gateway.yaml',
      publishedAtUnixMs: 1_000,
    });
    expect(publisher.lastError).toBe('');
  });

  it('L3 refuses a bad file, says where and why, and keeps the last good version', async () => {
    const { publisher, kv, offer } = await setUp();
    await offer(GOOD);
    const good = await kv.state();
    await offer(BAD);
    await publisher.offer({ kind: 'unreadable', reason: 'does not exist' });
    expect(await kv.state()).toEqual(good);
    expect(publisher.lastError).toBe('gateway.yaml does not exist');
    await offer(BAD);
    expect(publisher.lastError).toMatch(/^gateway.yaml:2:5 model_list\[0\].litellm_params is missing/);
    await offer(GOOD);
    expect(publisher.lastError).toBe('');
  });

  it('L3 goes on from what is published: same meaning, same version; other meaning, next number', async () => {
    const kv = new MemoryKv();
    await (await setUp(kv)).offer(OTHER);
    await (await setUp(kv)).offer(GOOD);
    const restarted = await setUp(kv);
    await restarted.offer(BAD);
    expect((await kv.state()).inForce?.version).toMatch(/^2-/);
    await restarted.offer(GOOD);
    await restarted.offer(OTHER);
    expect(restarted.news).toEqual(['refused 1', 'unchanged 2', 'in force 3']);
  });

  it('has no version when the first file is bad', async () => {
    const { kv, offer } = await setUp();
    await offer(BAD);
    expect(await kv.state()).toMatchObject({ counter: 0, inForce: null });
  });

  it('replaces a stored value that is no state, and gives no number twice', async () => {
    const { kv, news, offer } = await setUp();
    await kv.states.put(CONFIGURATION_KEY, Buffer.from('rubbish'));
    await offer(GOOD);
    await kv.states.put(CONFIGURATION_KEY, Buffer.from('{}'));
    await offer(GOOD);
    expect(news).toEqual(['in force 1', 'in force 2']);
    expect((await kv.snapshot())?.deployments).toHaveLength(1);
  });

  it('E2 seals literal keys, each as before where it is the same, and refuses them without a key to seal with', async () => {
    const encryptionKey = randomBytes(32);
    const { kv, news, offer } = await setUp(new MemoryKv(), { encryptionKey });
    await offer(LITERAL);
    await offer(LITERAL);
    const [deployment] = (await kv.snapshot())?.deployments ?? [];
    expect(openSecret(deployment?.apiKey ?? '', encryptionKey, deployment?.id ?? '')).toBe('sk-in-the-file');
    await offer(`${LITERAL}router_settings: { num_retries: 7 }\n`);
    expect((await kv.snapshot())?.deployments[0]).toEqual(deployment);
    expect(news).toEqual(['in force 1', 'unchanged 1', 'in force 2']);
    const without = await setUp();
    await without.offer(LITERAL);
    expect(without.publisher.lastError).toContain('LLM_GATEWAY_ENCRYPTION_KEY');
    expect(without.publisher.lastError).not.toContain('sk-in-the-file');
  });

  it('rejects while the store is away, so that the file is offered again', async () => {
    const { publisher, kv, offer } = await setUp();
    kv.failure = new Error('no servers');
    await expect(offer(GOOD)).rejects.toThrow('no servers');
    expect(publisher.lastError).toContain('could not be published');
    kv.failure = null;
    await offer(GOOD);
    expect((await kv.state()).inForce?.version).toMatch(/^1-/);
    expect(publisher.lastError).toBe('');
  });

  it('L3 says what has changed by names, and keeps as many versions as it is told to, with their contents', async () => {
    const { kv, offer } = await setUp();
    const withRetries = (retries: number) => `${OTHER}router_settings: { num_retries: ${retries} }\n`;
    await offer(GOOD);
    for (const retries of [1, 2, 3, 4, 5]) await offer(withRetries(retries));
    const { history } = await kv.state();
    expect(history.map(({ version }) => counterOf(version))).toEqual([6, 5, 4, 3]);
    expect(history[0]?.changes).toMatchObject({ added: { count: 0 }, settings: ['routing.numRetries'] });
    for (const version of history) expect(await kv.store.readContent(version)).not.toBeNull();
    const kept = new Set((await kv.parts.keys()).map((key) => counterOf(key)));
    expect([...kept].sort()).toEqual([3, 4, 5, 6]);
    await offer(GOOD);
    expect((await kv.state()).history[0]?.changes).toMatchObject({
      added: { count: 1, names: [expect.stringMatching(/^a \(/)] },
      removed: { count: 1, names: [expect.stringMatching(/^b \(/)] },
      changed: { count: 0 },
      settings: ['routing.numRetries'],
    });
  });

  it('L3 goes back to an earlier version as a new one, which stays until the source changes', async () => {
    const kv = new MemoryKv();
    const { publisher, news, offer } = await setUp(kv);
    await offer(GOOD);
    await offer(OTHER);
    await publisher.rollBack('1');
    expect((await kv.snapshot())?.deployments[0]?.modelGroup).toBe('a');
    expect((await kv.state()).inForce).toMatchObject({
      version: expect.stringMatching(/^3-/),
      restores: expect.stringMatching(/^1-/),
    });
    await offer(OTHER);
    const restarted = await setUp(kv);
    await restarted.offer(OTHER);
    expect([...news, ...restarted.news]).toEqual(['in force 1', 'in force 2', 'in force 3', 'pinned 3', 'pinned 3']);
    await restarted.offer(BAD);
    await restarted.offer(OTHER);
    await restarted.offer(`# looked at again\n${OTHER}`);
    expect(restarted.news.slice(1)).toEqual(['refused 1', 'pinned 3', 'in force 4']);
    // The source saying what the rollback says ends it, too.
    await restarted.publisher.rollBack('3');
    await restarted.offer(GOOD);
    await restarted.offer(OTHER);
    expect(restarted.news.slice(4)).toEqual(['in force 5', 'unchanged 5', 'in force 6']);
  });

  it('L3 goes back only to what it has, and says what that is', async () => {
    const { publisher, offer } = await setUp();
    await expect(publisher.rollBack('1')).rejects.toThrow(UnknownVersion);
    await offer(GOOD);
    await expect(publisher.rollBack('1')).rejects.toThrow(/version 1-[0-9a-f]+ is in force/);
    await offer(OTHER);
    await expect(publisher.rollBack('9')).rejects.toThrow(/no version '9'; those kept are 1-/);
  });

  it('L3 any invalid document keeps the last good version and names the fault', async () => {
    const spoilt = fc.constantFrom(
      ['model_list:\n  - model_name: a\n    litellm_params: { modle: openai/a }\n', /^gateway\.yaml:3:23 .*modle/m],
      ['model_list: 17\n', /^gateway\.yaml:1:13 .*model_list/],
      ['model_list:\n  - model_name: "a\n', /^gateway\.yaml:\d+:\d+ /],
      [`${GOOD}router_settings: { fallbacks: [{ a: [nowhere] }] }\n`, /^gateway\.yaml:2:\d+ .*nowhere/],
      [LITERAL, /^gateway\.yaml holds API keys/],
    ) as fc.Arbitrary<[string, RegExp]>;
    const good = fc.constantFrom(GOOD, OTHER).map((text): [string, null] => [text, null]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(spoilt, good), { maxLength: 12 }), async (documents) => {
        const { publisher, kv, offer } = await setUp();
        for (const [text, fault] of documents) {
          const before = await kv.state();
          await offer(text);
          const { inForce, candidate } = await kv.state();
          expect(candidate).toBeNull();
          if (fault === null) expect((await kv.snapshot())?.deployments[0]?.modelGroup).toBe(text === GOOD ? 'a' : 'b');
          else expect(inForce).toEqual(before.inForce);
          expect(publisher.lastError).toMatch(fault ?? /^$/);
        }
      }),
    );
  });

  it('Property 3: configuration loading: an invalid document never replaces the last good version', async () => {
    const document = fc.oneof(
      fc.constantFrom(GOOD, OTHER),
      fc.string().map((noise) => `${GOOD}${noise}`),
      fc.nat({ max: GOOD.length }).map((length) => GOOD.slice(0, length)),
      fc.constantFrom(BAD, '', 'null', '[]', '{}'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(document, { maxLength: 12 }), async (documents) => {
        const { publisher, kv, news, offer } = await setUp();
        for (const text of documents) {
          const before = await kv.state();
          await offer(text);
          const after = await kv.state();
          const refused = news.at(-1)?.startsWith('refused') ?? false;
          if (refused) expect(after).toEqual(before);
          expect(publisher.lastError === '').toBe(!refused);
          if (after.inForce === null) continue;
          expect((await kv.snapshot())?.deployments.length).toBeGreaterThan(0);
          const isNew = after.inForce.version !== before.inForce?.version;
          expect(after.counter - before.counter).toBe(isNew ? 1 : 0);
          expect(counterOf(after.inForce.version)).toBe(after.counter);
        }
      }),
    );
  });
});

import { eventually, type ProviderEmulator } from '@gateway/testkit';
import OpenAI from 'openai';

export interface TokenRenewalSubject {
  readonly emulator: ProviderEmulator;
  openAi(): OpenAI;
  /** A model whose tokens live for ten seconds. */
  readonly short: string;
  /** A model whose tokens are said to live for an hour, and are refused after eleven seconds. */
  readonly revoked: string;
}

/** What must hold wherever a provider is signed in to for tokens. */
export function describeTokenRenewal({ emulator, openAi, short, revoked }: TokenRenewalSubject): void {
  const ask = (model: string) =>
    openAi().chat.completions.create({ model, messages: [{ role: 'user', content: 'Tell me about rivers' }] });
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('B5 has its token renewed before it ends, and none is refused', async () => {
    const begun = emulator.requests().length;
    await eventually('a call with another token', async () => {
      await pause(100);
      await ask(short);
      const used = emulator
        .requests()
        .slice(begun)
        .flatMap(({ headers }) => headers.authorization ?? []);
      return new Set(used).size >= 2 || undefined;
    });
  });

  it('B5 gives up a token that is refused, and the next call has another', async () => {
    const seen: string[] = [];
    const outcomes = await eventually(
      'a refusal and an answer after it',
      async () => {
        await pause(200);
        const outcome = await ask(revoked).then(
          () => 'answered',
          (error: unknown) => (error instanceof OpenAI.APIError ? String(error.code) : 'no answer'),
        );
        if (outcome === 'answered') return seen.length > 0 ? [...seen, outcome] : undefined;
        seen.push(outcome);
        return undefined;
      },
      30_000,
    );
    expect(outcomes).toEqual(['provider_auth_failed', 'answered']);
  });
}

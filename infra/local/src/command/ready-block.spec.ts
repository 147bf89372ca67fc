import { renderReadyBlock } from './ready-block';

const BLOCK = {
  url: 'http://127.0.0.1:8080',
  masterKey: 'sk-key',
  models: { example: 'mock-gpt', exampleIsEmulated: true, usesEmulators: true },
  variables: {},
};

describe('the block shown when the gateway is ready', () => {
  it('has two commands to paste, one of them streaming, and says that an emulator answers', () => {
    const commands = renderReadyBlock(BLOCK)
      .split('\n')
      .filter((line) => line.startsWith('curl '));
    expect(commands.length).toBe(2);
    expect(commands.map((command) => JSON.parse(/-d '(.*)'$/.exec(command)![1]!).stream)).toEqual([undefined, true]);
    expect(commands.every((command) => command.includes('Bearer sk-key'))).toBe(true);
    expect(renderReadyBlock(BLOCK)).toContain('EMULATOR');
  });

  it('says which real providers are on, without their keys', () => {
    const text = renderReadyBlock({ ...BLOCK, variables: { OPENAI_API_KEY: 'sk-secret' } });
    expect(text).toMatch(/OpenAI +on, as openai\/NAME/);
    expect(text).toMatch(/Anthropic +off; set ANTHROPIC_API_KEY/);
    expect(text).toMatch(/Gemini +off; set GEMINI_API_KEY/);
    expect(text).not.toContain('sk-secret');
  });

  it('shows no command for a configuration without a plain model', () => {
    const models = { example: undefined, exampleIsEmulated: false, usesEmulators: false };
    expect(renderReadyBlock({ ...BLOCK, models })).not.toContain('curl');
  });
});

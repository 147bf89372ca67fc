import { readArguments } from './read-arguments';

describe('llmgateway', () => {
  it('P1 understands what is to be checked, and how', () => {
    const check = { kind: 'check', file: 'a.yaml', what: 'configuration', asJson: false, isStrict: false };
    expect(readArguments(['config', 'check', 'a.yaml'])).toEqual(check);
    expect(readArguments(['config', 'check', '--strict', 'a.yaml', '--json'])).toEqual({
      ...check,
      asJson: true,
      isStrict: true,
    });
    expect(readArguments(['config', 'check', '--prices', 'a.yaml'])).toEqual({ ...check, what: 'prices' });
    expect(readArguments(['config', 'schema'])).toEqual({ kind: 'schema' });
  });

  it.each([[[]], [['--help']], [['-h']], [['config', 'check', '--help']]])('P1 helps when asked %j', (args) => {
    expect(readArguments(args)).toEqual({ kind: 'help' });
  });

  it.each([
    [['confg'], /"confg" is not understood; did you mean "config"/],
    [['--json'], /"--json" is not understood/],
    [['config'], /"config" is not understood; did you mean|"config" is not understood/],
    [['config', 'chek', 'a'], /did you mean "config check"/],
    [['config', 'check'], /takes one FILE/],
    [['config', 'check', 'a', 'b'], /takes one FILE/],
    [['config', 'check', 'a', '--jsn'], /did you mean "--json"/],
    [['config', 'schema', 'a'], /takes nothing more/],
  ])('P1 says what it does not understand of %j', (args, reason) => {
    expect(readArguments(args)).toEqual({ kind: 'misunderstood', reason: expect.stringMatching(reason) });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { assertGoodConfiguration } from './assert-good-configuration';

// Real here: config-sync's check, as a process.

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-configuration-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the configuration of `make up`', () => {
  it('is said to be wrong with line, column and hint, before anything starts', () => {
    const path = join(folder, 'gateway.yaml');
    writeFileSync(
      path,
      'model_list:\n  - model_name: x\n    litellm_params:\n      model: openai/x\n      api_bse: y\n',
    );
    expect(() => assertGoodConfiguration(path)).toThrow(
      /gateway\.yaml:5:7 .*api_bse.*did you mean "api_base"[\s\S]*make config-check FILE=\S+gateway\.yaml/,
    );
  });

  it('that we ship is good, though no provider’s key is set', () => {
    expect(() => assertGoodConfiguration(join(repositoryRoot, 'infra/local/gateway.yaml'))).not.toThrow();
  });
});

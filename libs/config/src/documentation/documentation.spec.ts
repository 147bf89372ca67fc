import { ENVIRONMENT_TABLES } from '../environment/environment-tables';
import { TOP_LEVEL } from '../gateway-config/gateway-config-schema';
import { renderEnvExample } from './render-env-example';
import { renderEnvironmentTable } from './render-environment-table';
import { renderYamlTables } from './render-yaml-tables';
import { replaceMarked } from './replace-marked';

describe('generated documentation', () => {
  const variables = Object.values(ENVIRONMENT_TABLES).flatMap((table) =>
    Object.values(table).map(({ variable }) => variable),
  );

  it('L6 lists every variable once, in the table and in .env.example', () => {
    const rows = [...renderEnvironmentTable().matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((row) => row[1]);
    const lines = [...renderEnvExample().matchAll(/^#?([A-Z0-9_]+)=/gm)].map((line) => line[1]);
    expect([...rows].sort()).toEqual([...new Set(variables)].sort());
    expect(lines).toEqual(rows);
  });

  it('L6 leaves only what is required for people to fill in', () => {
    const open = [...renderEnvExample().matchAll(/^([A-Z_]+)=/gm)].map((line) => line[1]);
    expect(open).toEqual(['LLM_GATEWAY_MASTER_KEY', 'LLM_GATEWAY_DATABASE_URL']);
  });

  it('L1 says of every YAML key what it takes and what it does', () => {
    const tables = renderYamlTables();
    for (const key of Object.keys(TOP_LEVEL)) expect(tables).toContain(`| \`${key}\` |`);
    expect(tables).toContain('| `rpm` | a whole number above 0 |');
    expect(tables).not.toMatch(/\| (anything|) \|/);
    expect(tables).not.toContain('Invalid');
  });

  it('replaces only what is between the markers, and insists on them', () => {
    const text = 'a\n<!-- generated:x -->\nold\n<!-- /generated:x -->\nb';
    const fresh = replaceMarked(text, 'x', 'new');
    expect(fresh).toBe('a\n<!-- generated:x -->\n\nnew\n\n<!-- /generated:x -->\nb');
    expect(replaceMarked(fresh, 'x', 'new')).toBe(fresh);
    for (const broken of ['', '<!-- generated:x -->', '<!-- /generated:x --><!-- generated:x -->', text + text]) {
      expect(() => replaceMarked(broken, 'x', 'new')).toThrow('once each');
    }
  });
});

import { createLogRenderer } from './log-renderer';
import { renderReadable } from './readable-line';

describe('readable log lines', () => {
  it('show name, level, message and the fields that say something', () => {
    const line = JSON.stringify({
      time: 1_700_000_000_123,
      level: 40,
      msg: 'slow',
      service: 'router',
      model: 'a b',
      took: 3,
    });
    const shown = renderReadable({ instance: 'router-1', line, colour: false });
    expect(shown.slice('00:00:00'.length)).toBe('.123 router-1           │ warn  slow model="a b" took=3');
  });

  it('leave text that is not JSON as it is', () => {
    const shown = renderReadable({ instance: 'router-1', line: '  at main.js:3', colour: false });
    expect(shown.endsWith('│   at main.js:3')).toBe(true);
  });

  it('stay one JSON object per line when not for people', () => {
    let written = '';
    const renderer = createLogRenderer({ format: 'json', colour: false, write: (text) => (written += text) });
    renderer.service('router-1', '{"level":"info","msg":"x"}');
    renderer.service('router-1', 'Error: "broken"');
    renderer.launcher('info', 'hello');
    const lines = written.trimEnd().split('\n');
    expect(lines[0]).toBe('{"level":"info","msg":"x"}');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['x', 'Error: "broken"', 'hello']);
  });
});

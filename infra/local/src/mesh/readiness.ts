import { get } from 'node:http';

/** How a process says that it can do its work. */
export interface Readiness {
  /** Rejects with the reason while it is not ready. */
  ask(): Promise<void>;
  seeLine(line: string): void;
  /** The process was started anew. */
  reset(): void;
}

const ANSWER_TIMEOUT_MS = 2_000;
const LONGEST_REASON = 500;

/** Ready when a GET answers 200. */
export function readyOverHttp(url: string): Readiness {
  return {
    ask: () => expectOk(url),
    seeLine: () => undefined,
    reset: () => undefined,
  };
}

/** Ready once a line of output is a JSON object with `"ready": true`, which `onReady` is given. */
export function readyByLine(onReady: (announcement: Readonly<Record<string, unknown>>) => void): Readiness {
  let ready = false;
  return {
    ask: async () => {
      if (!ready) throw new Error('it has not said that it is ready');
    },
    seeLine: (line) => {
      const announcement = line.startsWith('{') ? parseObject(line) : undefined;
      if (announcement?.ready !== true) return;
      ready = true;
      onReady(announcement);
    },
    reset: () => {
      ready = false;
    },
  };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function expectOk(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: ANSWER_TIMEOUT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body = `${body}${text}`.slice(0, LONGEST_REASON);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answers ${response.statusCode}: ${body}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.on('error', reject);
  });
}

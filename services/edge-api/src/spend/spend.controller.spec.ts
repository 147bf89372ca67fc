import type { ListSpendLogsRequest } from '@gateway/contracts';
import { MASTER_PRINCIPAL } from '@gateway/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerClient } from '../ledger-client';
import { SpendController } from './spend.controller';

/** Calls `GET /spend/logs` on a ledger that says this of the next page, and of what was dropped. */
async function listLogs(nextPageToken: string, query: Record<string, string>, keptSinceUnixMs = 0) {
  const asked: ListSpendLogsRequest[] = [];
  const headers: [string, string][] = [];
  const ledger = {
    ledger: {
      listSpendLogs: async (request: ListSpendLogsRequest) => {
        asked.push(request);
        return { logs: [], nextPageToken, keptSinceUnixMs };
      },
    },
  } as unknown as LedgerClient;
  const request = { principal: MASTER_PRINCIPAL } as FastifyRequest;
  const reply = { header: (name: string, value: string) => headers.push([name, value]) } as unknown as FastifyReply;
  await new SpendController(ledger).logs(request, reply, query);
  return { asked, headers };
}

describe('GET /spend/logs', () => {
  it('names the next page in a header, and asks the ledger for the page it is given', async () => {
    const { asked, headers } = await listLogs('after-this', { page_token: 'from-here', limit: '2' });
    expect(headers).toEqual([['x-next-page-token', 'after-this']]);
    expect(asked.map(({ pageToken, limit }) => ({ pageToken, limit }))).toEqual([{ pageToken: 'from-here', limit: 2 }]);
  });

  it('tells from when on there are requests where older ones were dropped', async () => {
    const { headers } = await listLogs('', {}, Date.UTC(2026, 9));
    expect(headers).toEqual([['x-gateway-spend-logs-since', '2026-10-01T00:00:00.000Z']]);
  });

  it('names none after the last page', async () => {
    expect((await listLogs('', {})).headers).toEqual([]);
  });
});

import type { ListSpendLogsRequest } from '@gateway/contracts';
import { MASTER_PRINCIPAL } from '@gateway/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerClient } from '../ledger-client';
import { SpendController } from './spend.controller';

/** Calls `GET /spend/logs` on a ledger that says this of the next page. */
async function listLogs(nextPageToken: string, query: Record<string, string>) {
  const asked: ListSpendLogsRequest[] = [];
  const headers: [string, string][] = [];
  const ledger = {
    ledger: {
      listSpendLogs: async (request: ListSpendLogsRequest) => {
        asked.push(request);
        return { logs: [], nextPageToken };
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

  it('names none after the last page', async () => {
    expect((await listLogs('', {})).headers).toEqual([]);
  });
});

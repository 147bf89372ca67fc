import type { Deployment } from '@gateway/domain';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { Access } from '../access/access';
import { CONFIG_SYNC_CLIENT, type ConfigSyncClient } from '../config-sync-client';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { parseWith } from '../keys/key-requests';
import { describePrices } from './describe-prices';
import { describeVersion } from './describe-version';

const priceQuery = z.strictObject({
  provider: z.string().max(100).optional(),
  model: z.string().max(300).optional(),
  source: z.enum(['configuration', 'api', 'file', 'catalogue']).optional(),
  unpriced: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((value) => value === 'true')
    .optional(),
});

/** What every deployment is charged at now, and by whose price. */
@Controller('v1/gateway/prices')
@Access('viewer')
export class PricesController {
  constructor(
    @Inject(EDGE_STATE) private readonly holder: EdgeStateHolder,
    @Inject(CONFIG_SYNC_CLIENT) private readonly configSync: ConfigSyncClient | null,
  ) {}

  @Get()
  async list(@Query() query: unknown) {
    const { provider, model, source, unpriced } = parseWith(priceQuery, query);
    const snapshot = this.holder.current()?.snapshot;
    const nowUnixMs = Date.now();
    const prices = describePrices(snapshot?.deployments ?? [], nowUnixMs).filter(
      (price) =>
        (provider === undefined || price.provider === provider) &&
        (model === undefined || [price.model, price.model_name].includes(model)) &&
        (source === undefined || price.source === source) &&
        (unpriced === undefined || (price.source === null) === unpriced),
    );
    return {
      object: 'list',
      configuration: snapshot?.version ?? null,
      at: new Date(nowUnixMs).toISOString(),
      data: prices,
      unused: await this.unused(snapshot?.deployments ?? []),
    };
  }

  /** What was set through the API for models that no deployment has now; null while config-sync does not answer. */
  private async unused(deployments: readonly Deployment[]) {
    const reply = await this.configSync?.prices.listPrices({}).catch(() => null);
    if (!reply) return null;
    const rows = deployments.flatMap(({ listedPrices = [] }) => listedPrices);
    const used = new Set(rows.map(({ provider, model }) => `${provider}/${model}`));
    return reply.versions.filter(({ provider, model }) => !used.has(`${provider}/${model}`)).map(describeVersion);
  }
}

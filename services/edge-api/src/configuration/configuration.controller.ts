import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { Access } from '../access/access';
import { askConfigSync, CONFIG_SYNC_CLIENT, type ConfigSyncClient } from '../config-sync-client';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { parseWith } from '../keys/key-requests';
import { describeConfiguration, describeVersion } from './describe-configuration';

/** The version as it is shown, or its number alone. */
const rollbackBody = z.strictObject({
  version: z
    .union([z.string().min(1).max(100), z.number().int().positive()], { error: 'must be a version, or its number' })
    .transform(String),
});

/** What is configured, since when, what each running instance works by, and how to go back. */
@Controller()
@Access('admin')
export class ConfigurationController {
  constructor(
    @Inject(EDGE_STATE) private readonly holder: EdgeStateHolder,
    @Inject(CONFIG_SYNC_CLIENT) private readonly client: ConfigSyncClient | null,
  ) {}

  /** While config-sync does not answer, what this edge works by is told all the same. */
  @Get('hot-reload/status')
  async status() {
    const status = await this.client?.configuration.getStatus({}).catch(() => null);
    return describeConfiguration(status ?? null, this.holder.current()?.snapshot ?? null);
  }

  /** Reads the source now. What is wrong with it is told in `last_error`, and the last good version stays. */
  @Post('config/reload')
  @HttpCode(200)
  async reload() {
    const status = await askConfigSync(this.client).configuration.reload({});
    return describeConfiguration(status, this.holder.current()?.snapshot ?? null);
  }

  @Get('config/history')
  async history() {
    const { versions } = await askConfigSync(this.client).configuration.getHistory({});
    return { object: 'list', data: versions.map(describeVersion) };
  }

  @Post('config/rollback')
  @HttpCode(200)
  async rollback(@Body() body: unknown) {
    const status = await askConfigSync(this.client).configuration.rollback(parseWith(rollbackBody, body));
    return describeConfiguration(status, this.holder.current()?.snapshot ?? null);
  }
}

import type { Credential } from '@gateway/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../access/access';
import { actorOf } from '../accounts/actor-of';
import { askConfigSync, CONFIG_SYNC_CLIENT, type ConfigSyncClient } from '../config-sync-client';
import { parseWith } from '../keys/key-requests';

const values = z.record(z.string(), z.string());
const info = z.record(z.string(), z.unknown());

const createBody = z.strictObject({
  credential_name: z.string().min(1).max(200),
  credential_values: values,
  credential_info: info.optional(),
});

/** LiteLLM's clients send the whole credential back; a name that differs from the path's would be a rename. */
const updateBody = z.strictObject({
  credential_name: z.string().optional(),
  credential_values: values.optional(),
  credential_info: info.optional(),
});

/** LiteLLM's named provider credentials. Secret values go in and never come out again. */
@Controller('credentials')
@Access('admin')
export class CredentialsController {
  constructor(@Inject(CONFIG_SYNC_CLIENT) private readonly client: ConfigSyncClient | null) {}

  @Post()
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(createBody, body);
    const made = await askConfigSync(this.client).credentials.createCredential({
      name: wanted.credential_name,
      values: wanted.credential_values,
      infoJson: JSON.stringify(wanted.credential_info ?? {}),
      actor: actorOf(request),
    });
    return { success: true, message: 'Credential created.', credential: describe(made) };
  }

  @Get()
  async list() {
    const { credentials } = await askConfigSync(this.client).credentials.listCredentials({});
    return { success: true, credentials: credentials.map(describe) };
  }

  @Get(['by_name/:name', ':name'])
  async find(@Param('name') name: string) {
    return describe(await askConfigSync(this.client).credentials.getCredential({ name, actor: undefined }));
  }

  /** Values and notes that are not named stay; an empty value is taken out. */
  @Patch(':name')
  patch(@Req() request: FastifyRequest, @Param('name') name: string, @Body() body: unknown) {
    return this.change(request, name, body);
  }

  @Put(':name')
  put(@Req() request: FastifyRequest, @Param('name') name: string, @Body() body: unknown) {
    return this.change(request, name, body);
  }

  @Delete(':name')
  async remove(@Req() request: FastifyRequest, @Param('name') name: string) {
    const removed = await askConfigSync(this.client).credentials.deleteCredential({ name, actor: actorOf(request) });
    return { success: true, message: 'Credential deleted.', credential: describe(removed) };
  }

  private async change(request: FastifyRequest, name: string, body: unknown) {
    const wanted = parseWith(
      updateBody.refine(({ credential_name }) => (credential_name ?? name) === name, RENAME),
      body,
    );
    const changed = await askConfigSync(this.client).credentials.updateCredential({
      name,
      values: wanted.credential_values ?? {},
      infoJson: wanted.credential_info === undefined ? '' : JSON.stringify(wanted.credential_info),
      actor: actorOf(request),
    });
    return { success: true, message: 'Credential updated.', credential: describe(changed) };
  }
}

const RENAME = { path: ['credential_name'], message: 'a credential cannot be renamed; make another one' };

function describe(credential: Credential) {
  return {
    credential_name: credential.name,
    credential_values: credential.maskedValues,
    credential_info: JSON.parse(credential.infoJson || '{}') as unknown,
    created_at: new Date(credential.createdAtUnixMs).toISOString(),
    updated_at: new Date(credential.updatedAtUnixMs).toISOString(),
  };
}

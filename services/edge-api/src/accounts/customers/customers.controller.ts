import type { Entry } from '@gateway/contracts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../../access/access';
import { parseWith } from '../../keys/key-requests';
import { unsupportedFields } from '../../keys/unsupported-key-fields';
import { AccountDesk, type EntryChange, rulesInForce, rulesOf } from '../account-desk';
import { idField, idsField } from '../account-fields';
import { actorOf } from '../actor-of';
import { EVERY_ENTRY } from '../every-entry';
import { notFound } from '../may-manage';
import { shownSpend } from '../shown-spend';
import { changedRules, SPEND_RULE_FIELDS, shownRules } from '../spend-rule-fields';

/** LiteLLM's fields, as far as they are honoured; a field that would be ignored is refused instead. */
const customerBody = z.strictObject({
  user_id: idField,
  alias: z.string().min(1).max(200).nullish(),
  blocked: z.boolean().nullish(),
  budget_id: idField.nullish(),
  spend: z.literal(0, 'can only be 0: what was spent is what the ledger says').nullish(),
  ...unsupportedFields({
    allowed_model_region: 'regions of customers',
    default_model: 'default models of customers',
    object_permission: 'permissions for objects',
    budget_reset_at: 'choice of when a period ends: it begins when the account is made',
  }),
  ...SPEND_RULE_FIELDS,
});
const customersBody = z.strictObject({ user_ids: idsField });
const infoQuery = z.strictObject({ end_user_id: idField });

/** LiteLLM's customer calls, for administrators: those in whose name clients call. `/end_user/*` is the older name. */
@Controller(['customer', 'end_user'])
@Access('admin')
export class CustomersController {
  constructor(@Inject(AccountDesk) private readonly accounts: AccountDesk) {}

  @Post('new')
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { user_id: id, ...fields } = parseWith(customerBody, body);
    return describe(
      await this.accounts.create(actorOf(request), { kind: 'customer', id }, changeOf(undefined, fields)),
    );
  }

  @Post('update')
  @HttpCode(200)
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { user_id: id, ...fields } = parseWith(customerBody, body);
    const name = { kind: 'customer', id } as const;
    return describe(await this.accounts.change(actorOf(request), name, (before) => changeOf(before, fields)));
  }

  /** Limits and blocks end with the customer: whoever is to stay blocked must stay in the list. */
  @Post('delete')
  @HttpCode(200)
  async delete(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { user_ids: ids } = parseWith(customersBody, body);
    const actor = actorOf(request);
    const { deleted } = await this.accounts.ledger.directory.deleteEntries({ actor, kind: 'customer', ids });
    if (deleted.length === 0) throw notFound('customer', 'user_ids');
    return { deleted_customers: deleted.length, message: `deleted: ${deleted.map(({ id }) => id).join(', ')}` };
  }

  /** Customers that are not there yet are made, blocked. */
  @Post('block')
  @HttpCode(200)
  async block(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { user_ids: ids } = parseWith(customersBody, body);
    const actor = actorOf(request);
    const blocked = ids.map(async (id) => {
      const name = { kind: 'customer', id } as const;
      const isThere = (await this.accounts.find('customer', id)) !== null;
      return isThere
        ? this.accounts.change(actor, name, () => ({ blocked: true }))
        : this.accounts.create(actor, name, { blocked: true });
    });
    return { blocked_users: (await Promise.all(blocked)).map(describe) };
  }

  @Post('unblock')
  @HttpCode(200)
  async unblock(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { user_ids: ids } = parseWith(customersBody, body);
    const actor = actorOf(request);
    const unblocked = ids.map((id) =>
      this.accounts.change(actor, { kind: 'customer', id }, () => ({ blocked: false })),
    );
    return { unblocked_users: (await Promise.all(unblocked)).map(describe) };
  }

  @Get('info')
  async info(@Query() query: unknown) {
    const { end_user_id: id } = parseWith(infoQuery, query);
    const customer = await this.accounts.find('customer', id);
    if (customer === null) throw notFound('customer', 'end_user_id');
    return describe(customer);
  }

  @Get('list')
  async list() {
    const { entries } = await this.accounts.ledger.directory.listEntries({
      ...EVERY_ENTRY,
      kind: 'customer',
      limit: 1_000,
    });
    return entries.map(describe);
  }
}

type CustomerFields = Omit<z.output<typeof customerBody>, 'user_id'>;

function changeOf(before: Entry | undefined, body: CustomerFields): EntryChange {
  return {
    ...(body.alias !== undefined && { alias: body.alias ?? '' }),
    ...(body.blocked !== undefined && { blocked: body.blocked ?? false }),
    ...(body.budget_id !== undefined && { budgetId: body.budget_id ?? '' }),
    rules: changedRules(before === undefined ? {} : rulesOf(before), body),
  };
}

function describe(customer: Entry) {
  const inForce = rulesInForce(customer);
  const rules = shownRules(inForce);
  return {
    user_id: customer.id,
    alias: customer.alias || null,
    blocked: customer.blocked,
    budget_id: customer.budgetId || null,
    allowed_model_region: null,
    default_model: null,
    ...shownSpend(customer, inForce),
    ...rules,
    litellm_budget_table: { budget_id: customer.budgetId || null, ...rules },
    created_at: new Date(customer.createdAtUnixMs).toISOString(),
    updated_at: new Date(customer.updatedAtUnixMs).toISOString(),
  };
}

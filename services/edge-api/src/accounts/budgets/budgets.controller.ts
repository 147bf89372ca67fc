import type { Entry } from '@gateway/contracts';
import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../../access/access';
import { parseWith } from '../../keys/key-requests';
import { AccountDesk, rulesOf } from '../account-desk';
import { idField, idsField } from '../account-fields';
import { actorOf } from '../actor-of';
import { EVERY_ENTRY } from '../every-entry';
import { notFound } from '../may-manage';
import { changedRules, SPEND_RULE_FIELDS, shownRules } from '../spend-rule-fields';

const newBudgetBody = z.strictObject({ budget_id: idField.nullish(), ...SPEND_RULE_FIELDS });
const updateBudgetBody = z.strictObject({ budget_id: idField, ...SPEND_RULE_FIELDS });
const budgetsBody = z.strictObject({ budgets: idsField });
const deleteBudgetBody = z.strictObject({ id: idField });

/**
 * LiteLLM's budgets as objects, for administrators: limits that several accounts have by `budget_id`, each for itself. What an account
 * says of its own goes before them.
 */
@Controller('budget')
@Access('admin')
export class BudgetsController {
  constructor(@Inject(AccountDesk) private readonly accounts: AccountDesk) {}

  @Post('new')
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { budget_id: id, ...fields } = parseWith(newBudgetBody, body);
    const name = { kind: 'budget', id: id ?? '' } as const;
    return describe(await this.accounts.create(actorOf(request), name, { rules: changedRules({}, fields) }));
  }

  @Post('update')
  @HttpCode(200)
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { budget_id: id, ...fields } = parseWith(updateBudgetBody, body);
    const name = { kind: 'budget', id } as const;
    const change = (before: Entry) => ({ rules: changedRules(rulesOf(before), fields) });
    return describe(await this.accounts.change(actorOf(request), name, change));
  }

  @Post('info')
  @HttpCode(200)
  async info(@Body() body: unknown) {
    const { budgets: ids } = parseWith(budgetsBody, body);
    const { entries } = await this.accounts.ledger.directory.listEntries({ ...EVERY_ENTRY, kind: 'budget', ids });
    return entries.map(describe);
  }

  @Get('list')
  async list() {
    const { entries } = await this.accounts.ledger.directory.listEntries({
      ...EVERY_ENTRY,
      kind: 'budget',
      limit: 1_000,
    });
    return entries.map(describe);
  }

  /** Refused while an account has it. */
  @Post('delete')
  @HttpCode(200)
  async delete(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { id } = parseWith(deleteBudgetBody, body);
    const actor = actorOf(request);
    const { deleted } = await this.accounts.ledger.directory.deleteEntries({ actor, kind: 'budget', ids: [id] });
    const [budget] = deleted;
    if (budget === undefined) throw notFound('budget', 'id');
    return describe(budget);
  }
}

function describe(budget: Entry) {
  return {
    budget_id: budget.id,
    ...shownRules(rulesOf(budget)),
    created_at: new Date(budget.createdAtUnixMs).toISOString(),
    updated_at: new Date(budget.updatedAtUnixMs).toISOString(),
  };
}

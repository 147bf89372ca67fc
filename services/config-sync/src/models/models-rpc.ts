import { showParams } from '@gateway/config';
import {
  type Actor,
  type DeleteModelRequest,
  type ModelChange,
  ModelsDefinition,
  type ModelWrite,
} from '@gateway/contracts';
import {
  answeringFaults,
  bindGrpc,
  GrpcFault,
  type GrpcImplementation,
  type GrpcServiceBinding,
  INTERNAL_CALLERS,
} from '@gateway/service-kit';
import type { ConfigurationPublisher } from '../configuration-publisher';
import { faultOfAttempt } from './fault-of-attempt';
import type { KnownModels } from './known-models';
import type { LockedModels, ModelStore } from './model-store';
import { readModelWrite } from './read-model-write';
import { entriesOf, type ModelContent, type StoredModel } from './stored-model';

export interface ModelsParts {
  /** Null where this service has no database or no key to encrypt with. */
  readonly store: Pick<ModelStore, 'change'> | null;
  readonly publisher: Pick<ConfigurationPublisher, 'change'>;
  readonly known: Pick<KnownModels, 'keep'>;
  /** Publishes what is stored, or later when that cannot be done now. */
  republish(): Promise<void>;
}

const NO_STORE =
  'Models cannot be stored: config-sync needs LLM_GATEWAY_DATABASE_URL and LLM_GATEWAY_ENCRYPTION_KEY for that.';

/** One changed model: null `after` takes it out. */
interface Edit {
  readonly before: StoredModel | null;
  readonly after: ModelContent | null;
}

/** gRPC `Models`: a change is stored if and only if the version with it comes into force. */
export class ModelsRpc implements GrpcImplementation<typeof ModelsDefinition> {
  constructor(private readonly parts: ModelsParts) {}

  binding(): GrpcServiceBinding {
    return bindGrpc(ModelsDefinition, this, INTERNAL_CALLERS);
  }

  async createModel(request: ModelWrite): Promise<ModelChange> {
    const wish = readModelWrite(request);
    if (wish.name === '') throw new GrpcFault('INVALID_ARGUMENT', `'model_name' is missing.`, 'model_name');
    return this.changing(request.actor, (models) => {
      if (!models.some(({ id }) => id === wish.id)) return { before: null, after: wish };
      throw new GrpcFault('ALREADY_EXISTS', `There already is a stored model '${wish.id}'.`, 'model_info.id');
    });
  }

  async updateModel(request: ModelWrite): Promise<ModelChange> {
    const wish = readModelWrite(request);
    return this.changing(request.actor, (models) => {
      const before = existing(models, request.id);
      // Parameters that do not open are not kept by halves: whoever names them anew names all of them.
      const params = { ...before.params, ...wish.params };
      const info = { ...before.info, ...wish.info };
      return { before, after: { id: before.id, name: wish.name || before.name, params, info } };
    });
  }

  async deleteModel({ id, actor }: DeleteModelRequest): Promise<ModelChange> {
    return this.changing(actor, (models) => ({ before: existing(models, id), after: null }));
  }

  private async changing(
    actor: Actor | undefined,
    plan: (models: readonly StoredModel[]) => Edit,
  ): Promise<ModelChange> {
    const { store, publisher, known } = this.parts;
    if (store === null) throw new GrpcFault('FAILED_PRECONDITION', NO_STORE);
    let isTried = false;
    try {
      return await publisher.change(async (attempt) => {
        const done = await answeringFaults(() =>
          store.change(async (locked) => {
            const models = await locked.list();
            const edit = plan(models);
            const model = await write(locked, edit, actor);
            const next = afterEdit(models, edit, model);
            const changed = edit.after?.id ?? null;
            const attempted = await attempt(entriesOf(next), changed);
            isTried = attempted.kind !== 'invalid';
            if (attempted.kind !== 'in force') throw faultOfAttempt(attempted, changed);
            return { model, next, version: attempted.version };
          }),
        );
        known.keep(done.next);
        return asMessage(done.model, done.version);
      });
    } catch (error) {
      // What was tried may be on its way, and is not stored.
      if (isTried) void this.parts.republish();
      throw error;
    }
  }
}

/** The model as it is afterwards, or was before it went. */
async function write(locked: LockedModels, { before, after }: Edit, actor: Actor | undefined): Promise<StoredModel> {
  if (after !== null) return locked.put(after, before, actor);
  if (before === null) throw new Error('an edit of nothing');
  await locked.remove(before, actor);
  return before;
}

function afterEdit(
  models: readonly StoredModel[],
  { before, after }: Edit,
  model: StoredModel,
): readonly StoredModel[] {
  if (before === null) return [...models, model];
  return models.flatMap((one) => (one.id === before.id ? (after === null ? [] : [model]) : [one]));
}

function existing(models: readonly StoredModel[], id: string): StoredModel {
  const found = models.find((model) => model.id === id);
  if (found) return found;
  const message = `There is no stored model '${id.slice(0, 128)}'; those of the configuration's files are changed there.`;
  throw new GrpcFault('NOT_FOUND', message, 'id');
}

function asMessage({ id, name, params, info, ...stamps }: StoredModel, version: string): ModelChange {
  return {
    id,
    modelName: name,
    shownParamsJson: JSON.stringify(showParams(params ?? {})),
    infoJson: JSON.stringify({ ...info, id, db_model: true }),
    ...stamps,
    version,
  };
}

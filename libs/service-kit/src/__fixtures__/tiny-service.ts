import { AccountsDefinition } from '@gateway/contracts';
import { GatewayException } from '@gateway/domain';
import { Body, Controller, Get, HttpException, Inject, Module, Post } from '@nestjs/common';
import {
  bindGrpc,
  DRAIN_ORDER,
  GrpcFault,
  INTERNAL_CALLERS,
  runService,
  SERVICE_CONTEXT,
  type ServiceContext,
} from '../index';

/** The smallest whole service; a test starts it as its own process and tells it what to do through argv. */
const behaviour = new Set(process.argv.slice(2));

@Controller()
class TinyController {
  constructor(@Inject(SERVICE_CONTEXT) private readonly context: ServiceContext<'cost-ledger'>) {}

  @Get('whoami')
  whoami(): { name: string; draining: boolean } {
    return { name: this.context.name, draining: this.context.isDraining };
  }

  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return body;
  }

  @Get('refused')
  refused(): never {
    throw new GatewayException({ code: 'rate_limited', message: 'Slow down.', param: 'model', retryAfterMs: 1_500 });
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpException('short and stout', 418);
  }

  @Get('broken')
  broken(): never {
    throw new Error('the password is in here: password=hunter2hunter2');
  }

  @Get('slow')
  async slow(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return 'slow but done';
  }
}

@Module({ controllers: [TinyController] })
class TinyModule {}

runService({
  name: 'cost-ledger',
  module: async (context) => {
    if (behaviour.has('fail-to-start')) throw new Error('no database');
    context.onDrain('third', () => context.logger.info({}, 'drained connections'), DRAIN_ORDER.connections);
    context.onDrain('first', () => context.logger.info({}, 'drained intake'), DRAIN_ORDER.intake);
    context.onDrain('failing', () => Promise.reject(new Error('will not drain')), DRAIN_ORDER.work);
    if (behaviour.has('hang-on-drain')) context.onDrain('hanging', () => new Promise(() => {}), DRAIN_ORDER.work);
    context.health.add({ name: 'database', hard: true, check: () => !behaviour.has('no-database') });
    context.health.add({ name: 'mirror', hard: false, check: () => !behaviour.has('no-mirror') });
    if (behaviour.has('crash')) setTimeout(() => Promise.reject(new Error('nobody caught me')), 50);
    return TinyModule;
  },
  http: {
    beforeListen: (app) => {
      app
        .getHttpAdapter()
        .getInstance()
        .get('/plain-broken', async () => {
          throw new Error('plain');
        });
    },
  },
  grpc: () => [
    bindGrpc(
      AccountsDefinition,
      {
        generateKey: async () => ({ key: 'sk-new' }),
        getKey: async ({ keyHash }) => {
          throw new GrpcFault('NOT_FOUND', `no key ${keyHash}`, 'key_hash');
        },
        deleteKeys: async () => ({ deleted: [] }),
      },
      INTERNAL_CALLERS,
    ),
  ],
});

import type { ServiceContext } from '@gateway/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access-guard';
import { KeyAuthenticator } from './auth/key-authenticator';
import { createEdgeRuntime } from './create-edge-runtime';
import { EdgeRuntime } from './edge-runtime';
import { EDGE_STATE } from './edge-state';
import { KeysController } from './keys/keys.controller';
import { LEDGER_CLIENT } from './ledger-client';
import { ModelsController } from './models/models.controller';
import { SpendController } from './spend/spend.controller';

@Module({})
class EdgeModule {}

/** The edge's controllers and what they share with the chat routes. */
export async function createEdgeModule(context: ServiceContext<'edge-api'>): Promise<DynamicModule> {
  const runtime = await createEdgeRuntime(context);
  return {
    module: EdgeModule,
    controllers: [KeysController, SpendController, ModelsController],
    providers: [
      { provide: EdgeRuntime, useValue: runtime },
      { provide: EDGE_STATE, useValue: runtime.state },
      { provide: KeyAuthenticator, useValue: runtime.authenticator },
      { provide: LEDGER_CLIENT, useValue: runtime.ledger },
      { provide: APP_GUARD, useClass: AccessGuard },
    ],
  };
}

import { runService } from '@gateway/service-kit';
import { createRouterModule } from './router.module';

void runService({ name: 'router', module: createRouterModule });

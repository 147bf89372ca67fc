import { runService } from '@gateway/service-kit';
import { createWorkerModule } from './worker.module';

void runService({ name: 'provider-workers', module: createWorkerModule });

import { runService } from '@gateway/service-kit';
import { CONFIG_SYNC } from './config-sync-service';

runService(CONFIG_SYNC);

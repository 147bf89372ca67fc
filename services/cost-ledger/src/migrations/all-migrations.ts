import { AddBatchId1795219200003 } from './add-batch-id';
import { AddSpendReset1795305600020 } from './add-spend-reset';
import { AddUnits1795132800000 } from './add-units';
import { CreateAccounts1795046400000 } from './create-accounts';
import { CreateAlerts1795392002000 } from './create-alerts';
import { CreateAuditLog1795305600001 } from './create-audit-log';
import { CreateBatches1795219200002 } from './create-batches';
import { CreateBudgets1795305602000 } from './create-budgets';
import { CreateDirectory1795305601000 } from './create-directory';
import { CreateExperiments1795305600010 } from './create-experiments';
import { CreateExports1795392002001 } from './create-exports';
import { CreateJournal1795305603000 } from './create-journal';
import { CreateLedger1795046400001 } from './create-ledger';
import { CreateRollups1795305603001 } from './create-rollups';
import { CreateStoredFiles1795219200001 } from './create-stored-files';
import { CreateStoredResponses1795132800001 } from './create-stored-responses';
import { ExtendKeys1795305600000 } from './extend-keys';
import { IndexBudgetPeriods1795392003000 } from './index-budget-periods';
import { LeaveRoomForUpdates1795046400002 } from './leave-room-for-updates';
import { PartitionByMonth1796000000000 } from './partition-by-month';
import { SecretForEveryKey1795392004000 } from './secret-for-every-key';

/** Every migration of this service, oldest first. One that has run anywhere is never edited: add another. */
export const ALL_MIGRATIONS = [
  CreateAccounts1795046400000,
  CreateLedger1795046400001,
  LeaveRoomForUpdates1795046400002,
  AddUnits1795132800000,
  CreateStoredResponses1795132800001,
  CreateStoredFiles1795219200001,
  CreateBatches1795219200002,
  AddBatchId1795219200003,
  ExtendKeys1795305600000,
  CreateAuditLog1795305600001,
  CreateExperiments1795305600010,
  AddSpendReset1795305600020,
  CreateDirectory1795305601000,
  CreateBudgets1795305602000,
  CreateJournal1795305603000,
  CreateRollups1795305603001,
  CreateAlerts1795392002000,
  CreateExports1795392002001,
  IndexBudgetPeriods1795392003000,
  SecretForEveryKey1795392004000,
  PartitionByMonth1796000000000,
] as const;

import { AccessGroupsController } from './accounts/access-groups/access-groups.controller';
import { ModelAccessGroupsController } from './accounts/access-groups/model-access-groups.controller';
import { BudgetsController } from './accounts/budgets/budgets.controller';
import { CustomersController } from './accounts/customers/customers.controller';
import { MembersController } from './accounts/teams/members.controller';
import { TeamListsController } from './accounts/teams/team-lists.controller';
import { TeamPermissionsController } from './accounts/teams/team-permissions.controller';
import { TeamsController } from './accounts/teams/teams.controller';
import { UserViewsController } from './accounts/users/user-views.controller';
import { UsersController } from './accounts/users/users.controller';
import { AlertsController } from './alerts/alerts.controller';
import { AuditController } from './audit/audit.controller';
import { BatchesController } from './batches/batches.controller';
import { CircuitsController } from './circuits/circuits.controller';
import { ConfigurationController } from './configuration/configuration.controller';
import { CredentialsController } from './credentials/credentials.controller';
import { EstimatesController } from './estimates/estimates.controller';
import { ExperimentsController } from './experiments/experiments.controller';
import { FeedbackController } from './experiments/feedback.controller';
import { ExplainController } from './explain/explain.controller';
import { FilesController } from './files/files.controller';
import { KeyReadsController } from './keys/key-reads.controller';
import { KeysController } from './keys/keys.controller';
import { TeamKeysController } from './keys/team-keys.controller';
import { GoogleModelsController } from './models/google-models.controller';
import { ModelInfoController } from './models/model-info.controller';
import { ModelManagementController } from './models/model-management.controller';
import { ModelsController } from './models/models.controller';
import { PriceController } from './prices/price.controller';
import { PricesController } from './prices/prices.controller';
import { ResponsesController } from './responses/responses.controller';
import { ActivityController } from './spend/activity.controller';
import { GlobalSpendController } from './spend/global-spend.controller';
import { SpendController } from './spend/spend.controller';
import { SpendListsController } from './spend/spend-lists.controller';
import { GatewayStatusController } from './status/gateway-status.controller';
import { TokenCounterController } from './tokens/token-counter.controller';

/** Every route that Nest serves is in one of these; those that call a model are in `calls/client-routes.ts`. */
export const EDGE_CONTROLLERS = [
  KeysController,
  KeyReadsController,
  AuditController,
  AlertsController,
  SpendController,
  SpendListsController,
  GlobalSpendController,
  ActivityController,
  ModelsController,
  GoogleModelsController,
  ModelInfoController,
  CredentialsController,
  ConfigurationController,
  GatewayStatusController,
  ModelManagementController,
  PricesController,
  PriceController,
  CircuitsController,
  TokenCounterController,
  ResponsesController,
  FilesController,
  BatchesController,
  ExplainController,
  EstimatesController,
  ExperimentsController,
  FeedbackController,
  TeamsController,
  TeamKeysController,
  TeamPermissionsController,
  TeamListsController,
  MembersController,
  UsersController,
  UserViewsController,
  CustomersController,
  BudgetsController,
  AccessGroupsController,
  ModelAccessGroupsController,
] as const;

export type { GatewaySnapshot, RoutingSettings } from './snapshot';

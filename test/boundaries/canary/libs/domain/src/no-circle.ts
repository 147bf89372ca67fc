export { second } from './no-circle.other';

export const first = 1;

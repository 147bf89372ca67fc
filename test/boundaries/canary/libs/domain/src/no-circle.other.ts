import { first } from './no-circle';

export const second = first + 1;

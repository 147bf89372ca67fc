export type { DataSource } from 'typeorm';

import 'ioredis';

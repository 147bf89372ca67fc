import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';

/** Keeps grpc-js from writing to the console past our log: all it has to say also reaches us as a rejection. */
export function quietGrpc(): void {
  setLogVerbosity(logVerbosity.NONE);
}

import type { Socket } from 'node:net';

/** Calls `done` once with the next bytes of a connection, so many, and with what came behind them. */
export function readExactly(socket: Socket, bytes: number, done: (read: Buffer, rest: Buffer) => void): void {
  let heard = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    heard = Buffer.concat([heard, chunk]);
    if (heard.length < bytes) return;
    socket.off('data', onData);
    done(heard.subarray(0, bytes), heard.subarray(bytes));
  };
  socket.on('data', onData);
}

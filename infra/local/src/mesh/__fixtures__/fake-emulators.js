// Says it is ready the way the provider emulators do.
setInterval(() => undefined, 1_000);
console.log(JSON.stringify({ ready: true }));
process.on('SIGTERM', () => process.exit(0));

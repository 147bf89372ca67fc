// Says it is ready the way the provider emulators do: with an address for each port it was given.
setInterval(() => undefined, 1_000);
const urls = {};
process.argv.forEach((option, place) => {
  const [, name] = /^--(\w+)-port$/.exec(option) ?? [];
  if (name) urls[name] = `http://127.0.0.1:${process.argv[place + 1]}`;
});
console.log(JSON.stringify({ ready: true, ...urls }));
process.on('SIGTERM', () => process.exit(0));

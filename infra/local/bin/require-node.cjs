// biome-ignore-all lint/style/useTemplate: see the next line
// Old syntax on purpose: an old Node must get as far as the message.
var wanted = [20, 19];
var have = process.versions.node.split('.').map(Number);
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  console.error('This needs Node ' + wanted.join('.') + ' or newer; `node` here is ' + process.versions.node + '.');
  console.error('Install Node 20 or later (https://nodejs.org/en/download, or: nvm install 20) and try again.');
  process.exit(1);
}

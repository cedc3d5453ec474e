#!/usr/bin/env node
// The command is built into apps/cli/dist by `npm ci`; this file is committed so that npm can link it before that.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`lockstep: Node ${process.versions.node} is too old: install 20.19 or newer\n`);
  process.exit(1);
}
const load = (name) =>
  import(`../apps/cli/dist/${name}.mjs`).catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write('lockstep: it is not built here: run `npm ci`, or `npm run build`, in its folder\n');
    process.exit(1);
  });
const { catchSignals } = await load('signals');
catchSignals();
const { main } = await load('main');
await main(process.argv.slice(2));

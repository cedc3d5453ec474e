/** Checks the compose file on a real Docker engine: a run goes on after whatever happens to its containers. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ContainerCheck } from './check.ts';
import { CheckError } from './check-error.ts';
import { output, shown, works } from './commands.ts';
import { ComposeProject, eventsIn } from './project.ts';

const HELP = `Usage: npm run compose-check -- [options]

Builds the image, then runs compose.yaml with each Compose that is here ("docker compose" and
"docker-compose"): containers are killed, stopped, made anew and scaled, and the run has to go on each
time and to end with the weights of a single process. What it started is removed; the image stays.

  --compose <command>   a Compose to check in place of those found; may be given again
  --steps <count>       steps of the run (default: 6000); they must outlast what happens to it
  --build-flags <text>  for docker build, such as --build-flags="--network host"
  --no-build            the image lockstep:check is there already
  --help                print this

DOCKER_HOST says where the engine is, as always. Exits 1 when something is wrong, 2 on a bad argument.`;

const IMAGE = 'lockstep:check';
const root = fileURLToPath(new URL('../../..', import.meta.url));

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function composeCommands(
  given: readonly string[] | undefined,
): Promise<readonly (readonly string[])[]> {
  if (given !== undefined) return given.map((text) => text.split(' '));
  const found: (readonly string[])[] = [];
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    if (await works([...command, 'version'])) found.push(command);
  }
  if (found.length > 0) return found;
  throw new CheckError(
    'unavailable',
    'neither "docker compose" nor "docker-compose" is here: install one, or give --compose',
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}

async function singleProcess(settings: Readonly<Record<string, string>>): Promise<string> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const train = [IMAGE, 'train', '--workers', '0'];
  const { stdout } = await output(['docker', 'run', '--rm', '--network', 'none', ...flags, ...train]);
  return String(eventsIn(stdout).findLast(({ type }) => type === 'finished')?.['weightsSha256']);
}

/** One Compose: the file lies in a folder of its own, with every setting in the .env beside it. */
async function check(
  command: readonly string[],
  settings: Readonly<Record<string, string>>,
  expected: string,
): Promise<void> {
  const { stdout } = await output([...command, 'version', '--short']);
  say(`\n${command.join(' ')} ${stdout.trim()}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-compose-'));
  const port = await freePort();
  copyFileSync(path.join(root, 'compose.yaml'), path.join(folder, 'compose.yaml'));
  const all = { ...settings, LOCKSTEP_IMAGE: IMAGE, LOCKSTEP_PORT: String(port) };
  writeFileSync(
    path.join(folder, '.env'),
    Object.entries(all)
      .map((entry) => `${entry.join('=')}\n`)
      .join(''),
  );
  const project = new ComposeProject({ command, folder, name: `lockstep-check-${process.pid}` });
  try {
    await new ContainerCheck({ project, port, expected, say: (text) => say(`  ${text}`) }).run();
  } finally {
    await project
      .compose('down', '--volumes', '--timeout', '5')
      .catch((error: unknown) => say(String(error)));
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      compose: { type: 'string', multiple: true },
      steps: { type: 'string', default: '6000' },
      'build-flags': { type: 'string', default: '' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return say(HELP);
  if (!/^[1-9]\d{0,6}$/.test(values.steps))
    throw new CheckError('bad-argument', `--steps takes a count, not ${values.steps}`);
  if (!(await works(['docker', 'version']))) {
    throw new CheckError('unavailable', 'no Docker engine answers: start one, or set DOCKER_HOST');
  }
  const commands = await composeCommands(values.compose);
  if (!values['no-build']) {
    const flags = values['build-flags'].split(' ').filter((flag) => flag !== '');
    await shown(['docker', 'build', ...flags, '-f', 'docker/Dockerfile', '-t', IMAGE, '.'], { cwd: root });
  }
  const settings = {
    LOCKSTEP_MAX_STEPS: values.steps,
    LOCKSTEP_CHECKPOINT_EVERY: '20',
    LOCKSTEP_EPOCHS: '100',
    LOCKSTEP_HIDDEN: '64',
    LOCKSTEP_LR: '0.1',
    LOCKSTEP_FORMAT: 'json',
  };
  const expected = await singleProcess(settings);
  say(`a single process: ${expected}`);
  for (const command of commands) await check(command, settings, expected);
  const { stdout } = await output(['docker', 'image', 'inspect', '-f', '{{.Size}}', IMAGE]);
  say(`\nall as it should be; the image takes ${Math.round(Number(stdout) / 1e6)} MB`);
}

try {
  await main();
} catch (error) {
  const isArgument =
    error instanceof TypeError || (error instanceof CheckError && error.code === 'bad-argument');
  if (!(error instanceof CheckError) && !isArgument) throw error;
  process.stderr.write(`compose-check: ${(error as Error).message}\n`);
  process.exitCode = isArgument ? 2 : 1;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endingSignals } from './signals.ts';

const source = fileURLToPath(new URL('./signals.ts', import.meta.url));
const bundled = await build({
  entryPoints: [source],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const module = `data:text/javascript,${encodeURIComponent(bundled.outputFiles[0]!.text)}`;

/** A program that says `ready`, then each signal it hears. */
const PROGRAM = `
const { catchSignals, onEndingSignal, releaseSignals } = await import(${JSON.stringify(module)});
catchSignals();
if (process.argv[1] === 'released') releaseSignals();
else if (process.argv[1] === 'late') setTimeout(() => onEndingSignal((signal) => console.log(signal)), 300);
else onEndingSignal((signal) => console.log(signal));
setInterval(() => undefined, 1000);
console.log('ready');
`;

class Program {
  readonly child: ChildProcess;
  said = '';

  constructor(how: string) {
    this.child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, how]);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    }
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async says(text: string): Promise<void> {
    await expect.poll(() => this.said, { timeout: 20_000 }).toContain(text);
  }
}

describe('signals that end a process', () => {
  it('are all heard, and none of them ends it or opens a debugger', async () => {
    const program = new Program('heard');
    await program.says('ready');
    for (const signal of endingSignals) {
      program.child.kill(signal);
      await program.says(`${signal}\n`);
    }
    expect(endingSignals.length).toBeGreaterThanOrEqual(process.platform === 'linux' ? 16 : 3);
    expect(program.child.exitCode).toBeNull();
    expect(program.said).not.toMatch(/debugger/i);
  });

  it('are held until somebody listens', async () => {
    const program = new Program('late');
    await program.says('ready');
    program.child.kill('SIGHUP');
    program.child.kill('SIGUSR1');
    await program.says('SIGHUP\n');
    await program.says('SIGUSR1\n');
  });

  it('end what has nothing to save as the system has it, without a debugger', async () => {
    for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGINT'] as const) {
      const program = new Program('released');
      await program.says('ready');
      const ended = new Promise((resolve) => program.child.once('exit', (_, by) => resolve(by)));
      program.child.kill(signal);
      expect(await ended).toBe(signal);
      expect(program.said).not.toMatch(/debugger/i);
    }
  });

  it('do not end what nohup keeps, although Node takes back that it is ignored', async () => {
    if (process.platform !== 'linux') return;
    // What nohup leaves of a terminal: the null device as standard input, open for writing.
    const script = `exec ${process.execPath} --input-type=module -e "$PROGRAM" heard 0>/dev/null`;
    const child = spawn('sh', ['-c', script], { env: { ...process.env, PROGRAM } });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 20_000 }).toContain('ready');
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    await expect.poll(() => said, { timeout: 20_000 }).toContain('SIGTERM');
    expect(said).not.toContain('SIGHUP');
    expect(constants.signals.SIGHUP).toBe(1);
  });
});

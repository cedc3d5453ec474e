import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LineProcess } from './line-process.ts';

const start = (script: string): LineProcess => new LineProcess(process.execPath, ['-e', script], process.env);

describe('LineProcess', () => {
  it('reads what the program says first, then an answer to each request', async () => {
    const program = start(`
      console.log('{"ready":1}');
      process.stdin.on('data', (line) => console.log(JSON.stringify({ twice: 2 * Number(line) })));
    `);
    expect(await program.answer()).toEqual({ ready: 1 });
    expect(await program.answer('21')).toEqual({ twice: 42 });
    expect(await program.answer('4')).toEqual({ twice: 8 });
    program.close();
  });

  it.runIf(process.platform === 'linux')(
    'keeps the program from running until it is asked again',
    async () => {
      const program = start(`
      process.stdin.on('data', () => console.log('{"answered":true}'));
      console.log('{}');
    `);
      /** As the kernel calls it: T is stopped. */
      const state = (): string => readFileSync(`/proc/${program.pid}/stat`, 'utf8').split(' ')[2]!;
      await program.answer();
      program.rest();
      await expect.poll(state).toBe('T');
      expect(await program.answer('?')).toEqual({ answered: true });
      expect(state()).not.toBe('T');
      program.close();
    },
  );

  it.each([
    ['ends', 'process.exit(3)', 'status 3'],
    ['is ended', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)', 'SIGTERM'],
  ])('rejects when the program %s instead of answering', async (_, script, reason) => {
    const program = start(script);
    await expect(program.answer('1')).rejects.toMatchObject({
      code: 'contender-failed',
      message: expect.stringContaining(reason),
    });
    await expect(program.answer('2')).rejects.toMatchObject({ code: 'contender-failed' });
  });

  it('rejects when there is no such program', async () => {
    const program = new LineProcess('/nowhere/python3', [], process.env);
    await expect(program.answer()).rejects.toMatchObject({ code: 'contender-failed' });
  });
});

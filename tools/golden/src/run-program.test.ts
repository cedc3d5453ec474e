import { describe, expect, it } from 'vitest';
import { findingsOf, outputOf, type Program } from './run-program.ts';

const script = (source: string, env = {}): Program => ({ file: process.execPath, args: ['-e', source], env });

describe('outputOf', () => {
  it('gives what a program prints, with its own environment', async () => {
    expect(await outputOf(script('process.stdout.write(process.env.WORD)', { WORD: 'word' }))).toBe('word');
  });

  it.each([
    [
      'with a status and what it said',
      script('console.error("oh no"); process.exit(3)'),
      /ended with status 3: oh no$/,
    ],
    ['with a signal', script('process.kill(process.pid, "SIGKILL")'), /ended with SIGKILL: it said nothing$/],
    ['before it began', { file: '/nowhere/at/all', args: [] }, /could not be run$/],
  ])('fails %s', async (_, program, message) => {
    await expect(outputOf(program)).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringMatching(message),
    });
  });

  it('ends a program that takes too long', async () => {
    await expect(outputOf(script('setInterval(() => {}, 1000)'), 1)).rejects.toThrow('ended with SIGKILL');
  });
});

describe('findingsOf', () => {
  it('reads the lines that are findings', async () => {
    const source = 'console.log("a warning"); console.log(JSON.stringify({ backend: "wasm" }))';
    expect(await findingsOf(script(source))).toEqual([{ backend: 'wasm' }]);
  });

  it('fails when there are none', async () => {
    await expect(findingsOf(script(''))).rejects.toThrow('printed no findings');
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandHere, commandInClone, quoted } from './worker-command.ts';

describe('the command of a worker', () => {
  const open = { token: undefined, certificate: undefined };
  it('names the file that it runs, and fetches nothing', () => {
    expect(commandHere('ws://127.0.0.1:7070', open)).toMatch(
      /^node \/\S+\/bin\/lockstep\.mjs worker ws:\/\/127\.0\.0\.1:7070$/,
    );
    expect(
      commandInClone('ws://10.0.0.7:7070', { token: 'ab12', certificate: '/runs/r/certificate.pem' }),
    ).toBe(
      'LOCKSTEP_TOKEN=ab12 NODE_EXTRA_CA_CERTS=certificate.pem node bin/lockstep.mjs worker ws://10.0.0.7:7070',
    );
  });

  it('takes a secret that was given from the variable it was given in', () => {
    expect(commandHere('ws://h:1', { ...open, token: '$LOCKSTEP_TOKEN' }, '/l')).toBe(
      'LOCKSTEP_TOKEN="$LOCKSTEP_TOKEN" node /l worker ws://h:1',
    );
  });

  it.each(['a b', "it's", '$HOME', '`id`', 'a\\b', '"', 'x;y', 'ünï', '*', '~', '!'])(
    'is read by a shell with %s in a path as it was meant',
    (word) => {
      const path = `/some/${word}/certificate.pem`;
      const command = commandHere(
        'ws://h:1',
        { token: undefined, certificate: path },
        `/${word}/lockstep.mjs`,
      );
      const script = `node() { printf '%s|' "$NODE_EXTRA_CA_CERTS" "$@"; }; ${command}`;
      const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(seen).toBe(`${path}|/${word}/lockstep.mjs|worker|ws://h:1|`);
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );
});

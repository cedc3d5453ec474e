import { readFileSync } from 'node:fs';
import { coordinatorOptions, environmentName, workerOptions, type OptionTable } from '@lockstep/config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}
interface ComposeFile {
  readonly services: Readonly<Record<'coordinator' | 'worker', Service>>;
}

const text = readFileSync(new URL('../../../compose.yaml', import.meta.url), 'utf8');
const { services } = parse(text, { merge: true }) as ComposeFile;
const dockerfile = readFileSync(new URL('../../../docker/Dockerfile', import.meta.url), 'utf8');

const settingsOf = (table: OptionTable): readonly string[] =>
  Object.values(table).map(({ flag }) => environmentName(flag));

/** Settings without a flag. */
const SECRETS = ['LOCKSTEP_TOKEN', 'LOCKSTEP_VIEW_TOKEN', 'LOCKSTEP_ADMIN_TOKEN'];
const OF_BOTH = ['LOCKSTEP_CONFIG', 'LOCKSTEP_NATIVE', 'LOCKSTEP_TOKEN_FILE'];

/** What is the same in every container, as a flag, which counts more than the environment. */
const FIXED = ['LOCKSTEP_HOST', 'LOCKSTEP_PORT', 'LOCKSTEP_OUT'];

describe('the compose file', () => {
  it('passes every setting of a coordinator', () => {
    const settings = [...settingsOf(coordinatorOptions), ...SECRETS, ...OF_BOTH];
    const passed = settings.filter((name) => !FIXED.includes(name));
    expect(new Set([...Object.keys(services.coordinator.environment), ...FIXED])).toEqual(
      new Set([...passed, ...FIXED]),
    );
    for (const name of FIXED) {
      expect(services.coordinator.command).toContain(`--${name.slice('LOCKSTEP_'.length).toLowerCase()} `);
    }
  });

  it('passes every setting of a worker', () => {
    const passed = [...settingsOf(workerOptions), 'LOCKSTEP_TOKEN', ...OF_BOTH];
    expect(new Set(Object.keys(services.worker.environment))).toEqual(new Set(passed));
  });

  it('takes each from the variable of its name, and from no other', () => {
    for (const [service, { environment }] of Object.entries(services)) {
      for (const [name, value] of Object.entries(environment)) {
        const variables = [...value.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable);
        const own = service === 'worker' && name === 'LOCKSTEP_CONFIG' ? 'LOCKSTEP_WORKER_CONFIG' : name;
        const also = name === 'LOCKSTEP_PUBLIC_URL' ? ['LOCKSTEP_PORT'] : [];
        expect(variables).toEqual(name === 'LOCKSTEP_TOKEN_FILE' ? [] : [own, ...also]);
      }
    }
  });

  it('uses only interpolation that docker-compose 1.29 knows', () => {
    for (const [, rest] of text.matchAll(/\$\{\w+([^}]*)\}/g)) expect(rest).toMatch(/^(:?-[^${}]*)?$/);
    expect(text).not.toMatch(/^(name|version|include|secrets):/m);
  });

  it('opens a port to this machine alone, and writes where the image has folders of the user', () => {
    expect(services.coordinator['ports']).toEqual([
      '${LOCKSTEP_HOST:-127.0.0.1}:${LOCKSTEP_PORT:-7070}:7070',
    ]);
    const volumes = [services.coordinator, services.worker].flatMap(({ volumes: list }) => list as string[]);
    for (const volume of volumes) expect(dockerfile).toContain(volume.split(':')[1]);
    expect(services.worker['volumes']).toEqual(['token:/data/token:ro']);
  });

  it('gives no container more rights than it needs', () => {
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        restart: 'on-failure',
        init: true,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      for (const limit of ['mem_limit', 'cpus', 'pids_limit']) expect(service[limit]).toBeDefined();
      expect(service['privileged']).toBeUndefined();
      expect(service['cap_add']).toBeUndefined();
    }
  });

  it('keeps the settings beside it, with their secrets, out of the image and of the repository', () => {
    for (const name of ['.dockerignore', '.gitignore']) {
      const lines = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8').split('\n');
      expect(lines).toContain('.env');
    }
  });
});

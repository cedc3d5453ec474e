import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { output } from './commands.ts';

/**
 * What a machine inside this one needs of its settings to reach the same archives. Read anew each time: mirrors and certificates are this
 * machine's own affair, and stand in no file of the repository.
 */
export interface MachineSettings {
  /** Where Debian's packages come from; `undefined` leaves it to debootstrap. */
  readonly debianMirror: string | undefined;
  /** Lines for the npm configuration inside, but for the certificates. */
  readonly npmSettings: readonly string[];
  /** A file of certificates that npm must trust here. */
  readonly certificates: string | undefined;
}

export const readThisMachine = async (): Promise<MachineSettings> => ({
  debianMirror: debianMirrorIn(readSources('/etc/apt')),
  npmSettings: await npmSettings(),
  certificates: certificates(await npmSetting('cafile')),
});

/** The text of apt's lists of sources, both forms. */
function readSources(folder: string): string {
  const parts = path.join(folder, 'sources.list.d');
  const files = [
    ...(existsSync(parts) ? readdirSync(parts).map((name) => path.join(parts, name)) : []),
    path.join(folder, 'sources.list'),
  ];
  const lists = files.filter((file) => /\.(?:sources|list)$/.test(file) && existsSync(file));
  return lists.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** The first archive that apt's lists name, in either form: `URIs: http://...` or `deb [options] http://...`. */
export const debianMirrorIn = (sources: string): string | undefined =>
  /^(?:URIs:|deb(?:[ \t]+\[[^\]]*\])?)[ \t]+(\S+:\/\/\S+)/m.exec(sources)?.[1];

async function npmSetting(name: string): Promise<string | undefined> {
  const { stdout } = await output(['npm', 'config', 'get', name]);
  const value = stdout.trim();
  return ['', 'null', 'undefined', 'false'].includes(value) ? undefined : value;
}

async function npmSettings(): Promise<string[]> {
  const names = ['registry', 'https-proxy', 'proxy', 'noproxy'];
  const values = await Promise.all(names.map(npmSetting));
  return names.flatMap((name, index) => (values[index] === undefined ? [] : [`${name}=${values[index]}`]));
}

const certificates = (ofNpm: string | undefined): string | undefined =>
  [ofNpm, process.env['NODE_EXTRA_CA_CERTS']].find((file) => file !== undefined && existsSync(file));

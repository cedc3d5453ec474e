import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, it } from 'vitest';
import { temporaryFolder } from './processes.ts';

export type ProxyName = 'nginx' | 'caddy' | 'haproxy';

const PAGE = readFileSync(new URL('../../../../docs/proxies.md', import.meta.url), 'utf8');
const LANGUAGES = { nginx: 'nginx', caddy: 'caddyfile', haproxy: 'haproxy' } as const;
const VERSION_ARGUMENTS = { nginx: ['-v'], caddy: ['version'], haproxy: ['-v'] } as const;

/** A test that needs that proxy, or is skipped and says so. */
export function itThrough(name: ProxyName, title: string, run: () => Promise<void>): void {
  const missing = [
    ...(spawnSync(name, VERSION_ARGUMENTS[name]).status === 0 ? [] : [name]),
    ...(spawnSync('openssl', ['version']).status === 0 ? [] : ['openssl']),
  ];
  const remedy = `install it (Debian: apt-get install ${missing.join(' ')})`;
  const reason = missing.length === 0 ? '' : ` [skipped: ${missing.join(', ')} is not here: ${remedy}]`;
  it.skipIf(missing.length > 0)(title + reason, run);
}

/** The two snippets of docs/proxies.md for a proxy: at a name of its own, and below `/lockstep/`. */
export function snippetsOf(name: ProxyName): readonly [root: string, path: string] {
  const found = [...PAGE.matchAll(new RegExp(`\`\`\`${LANGUAGES[name]}\\n([^\`]*)\`\`\``, 'g'))];
  const [root, path] = found.map(([, text]) => text!);
  if (root === undefined || path === undefined)
    throw new Error(`docs/proxies.md has no snippets for ${name}`);
  return [root, path];
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A certificate for localhost and its key, both in one file as well. */
function certificateIn(folder: string): {
  readonly cert: string;
  readonly key: string;
  readonly both: string;
} {
  const [cert, key, both] = ['cert.pem', 'key.pem', 'both.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  writeFileSync(both, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
  return { cert, key, both };
}

/** Where a snippet is to listen and to lead, in place of what the page says. */
export interface Place {
  readonly plain: number;
  readonly tls: number;
  readonly coordinator: number;
}

const started: ChildProcess[] = [];

/** A proxy that runs in the foreground, and can take another configuration. */
export class Proxy {
  readonly folder = temporaryFolder();
  readonly certificate = certificateIn(this.folder);
  readonly #name: ProxyName;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(name: ProxyName) {
    this.#name = name;
  }

  /** Writes the configuration of these snippets and starts with it. */
  async start(
    snippets: readonly (readonly [snippet: string, place: Place])[],
    ...first: readonly string[]
  ): Promise<void> {
    this.write(snippets, ...first);
    const file = this.#file;
    const command = {
      nginx: ['nginx', '-p', this.folder, '-c', file, '-e', 'stderr'],
      caddy: ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
      haproxy: ['haproxy', '-db', '-f', file],
    }[this.#name];
    const child = spawn(command[0]!, command.slice(1), {
      // A group of its own: nginx's workers outlive their master.
      ...{ stdio: ['ignore', 'pipe', 'pipe'], detached: true },
      env: { ...process.env, HOME: this.folder, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder },
    });
    this.#child = child;
    started.push(child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    for (const [, { plain, tls }] of snippets) for (const port of [plain, tls]) await this.#listens(port);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child!;
    process.kill(-child.pid!, 'SIGKILL');
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
  }

  /** Has it take the configuration again. */
  reload(): void {
    if (this.#name === 'caddy') {
      const address = `unix/${join(this.folder, 'admin.sock')}`;
      execFileSync(
        'caddy',
        ['reload', '--force', '--address', address, '--adapter', 'caddyfile', '--config', this.#file],
        {
          stdio: 'ignore',
        },
      );
    } else this.#child!.kill('SIGHUP');
  }

  write(snippets: readonly (readonly [snippet: string, place: Place])[], ...first: readonly string[]): void {
    const texts = snippets.map(([snippet, place], index) => this.#placed(snippet, place, index));
    writeFileSync(this.#file, this.#around([...first, ...texts].join('\n')));
  }

  get #file(): string {
    return join(this.folder, `${this.#name}.conf`);
  }

  /** The snippet as the page has it, at the ports of this test. */
  #placed(snippet: string, { plain, tls, coordinator }: Place, index: number): string {
    const { cert, key, both } = this.certificate;
    const near = snippet.replaceAll('127.0.0.1:7070', `127.0.0.1:${coordinator}`);
    switch (this.#name) {
      case 'nginx':
        return near
          .replace('listen 80;', `listen 127.0.0.1:${plain};`)
          .replace('listen 443 ssl;', `listen 127.0.0.1:${tls} ssl;`)
          .replace('train.example.org;', 'localhost;')
          .replace('/etc/ssl/train.example.org.pem', cert)
          .replace('/etc/ssl/train.example.org.key', key);
      case 'caddy':
        return (
          near.replace('train.example.org {', `http://localhost:${plain} {\n\tbind 127.0.0.1`) +
          near.replace(
            'train.example.org {',
            `https://localhost:${tls} {\n\tbind 127.0.0.1\n\ttls ${cert} ${key}`,
          )
        );
      case 'haproxy':
        return near
          .replace('bind :80', `bind 127.0.0.1:${plain}`)
          .replace('bind :443', `bind 127.0.0.1:${tls}`)
          .replace('/etc/haproxy/train.example.org.pem', both)
          .replace('frontend web', `frontend web-${index}`)
          .replaceAll(/(?<=backend )lockstep/g, `lockstep-${index}`);
    }
  }

  /** What a machine's own configuration has around snippets. */
  #around(text: string): string {
    const in_ = (name: string): string => join(this.folder, name);
    switch (this.#name) {
      case 'nginx': {
        const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (kind) => `${kind}_temp_path ${in_(kind)};`,
        );
        return `daemon off;\npid ${in_('pid')};\nevents {}\nhttp {\naccess_log off;\nproxy_max_temp_file_size 0;\n${paths.join('\n')}\n${text}}\n`;
      }
      case 'caddy':
        return `{\n\tadmin unix/${in_('admin.sock')}\n\tauto_https disable_redirects\n\tskip_install_trust\n\tstorage file_system ${in_('data')}\n}\n${text}`;
      case 'haproxy':
        return text;
    }
  }

  async #listens(port: number): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if (this.#child!.exitCode !== null) break;
      const isThere = await new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
      if (isThere) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.#name} does not listen on ${port}: ${this.#output}`);
  }
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid!, 'SIGTERM');
      const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 2000);
      await new Promise((resolve) => child.once('exit', resolve));
      clearTimeout(timer);
    }
  }
});

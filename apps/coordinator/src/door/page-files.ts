import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the built pages, as it is served. */
export interface PageFile {
  readonly body: Buffer;
  /** Of its content: whoever has that already is told so, instead of the content. */
  readonly etag: string;
}

/** How long a folder that was not there is not looked at again. */
const LOOK_AGAIN_MS = 1000;

/**
 * The files of a folder, all read once: whoever asks for a page costs no call of the system. They stay as they are while this
 * process runs, so that a page and what it loads belong to one build.
 */
export class PageFiles {
  readonly #folder: URL;
  readonly #now: () => number;
  #files: ReadonlyMap<string, PageFile> | undefined;
  #lookedAt = -Infinity;

  /** @param now milliseconds of a monotonic clock */
  constructor(folder: URL, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  /** The file of that name; undefined where there is none. No path of a stranger's is ever opened. */
  file(name: string): PageFile | undefined {
    if (this.#files === undefined && this.#now() - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#lookedAt = this.#now();
      this.#files = this.#read();
    }
    return this.#files?.get(name);
  }

  /** Undefined where nothing was built. */
  #read(): ReadonlyMap<string, PageFile> | undefined {
    try {
      const folder = fileURLToPath(this.#folder);
      const entries = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true });
      const files = new Map<string, PageFile>();
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const file = path.join(entry.parentPath, entry.name);
        const body = readFileSync(file);
        const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
        files.set(path.relative(folder, file).replaceAll('\\', '/'), { body, etag });
      }
      return files;
    } catch {
      return undefined;
    }
  }
}

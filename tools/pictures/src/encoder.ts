import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Whether ffmpeg is here. */
export const hasEncoder = (): boolean => spawnSync('ffmpeg', ['-version']).status === 0;

/** Writes PNG pictures as one WebP file: the picture, or an animation of `framesPerSecond`. */
export function encode(pictures: readonly Uint8Array[], file: string, framesPerSecond?: number): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-pictures-'));
  try {
    pictures.forEach((picture, index) =>
      writeFileSync(path.join(folder, `${String(index).padStart(4, '0')}.png`), picture),
    );
    execFileSync('ffmpeg', argumentsOf(folder, file, framesPerSecond), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pixels that an animation is wide: it is large enough as it is. */
const FILM_WIDTH = 880;

/** What ffmpeg is told: a picture as it is, an animation smaller and with what changed alone in each frame. */
export function argumentsOf(folder: string, file: string, framesPerSecond?: number): readonly string[] {
  const source = ['-i', path.join(folder, '%04d.png')];
  const start = ['-y', '-loglevel', 'error'];
  if (framesPerSecond === undefined) return [...start, ...source, '-c:v', 'libwebp', '-quality', '82', file];
  return [
    ...[...start, '-framerate', String(framesPerSecond), ...source],
    ...['-vf', `scale=${FILM_WIDTH}:-1`, '-c:v', 'libwebp_anim', '-quality', '55'],
    ...['-compression_level', '6', '-loop', '0', '-an', file],
  ];
}

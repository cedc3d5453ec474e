/** Takes pictures of both pages in every state, in a real browser, and the ones of the README. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '@lockstep/browsers';
import { hasEncoder } from './encoder.ts';
import { Studio } from './studio.ts';
import { takeTrainingPictures } from './training.ts';
import { takeTroublePictures } from './trouble.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/images' },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `Usage: node tools/run.mjs pictures/main [options]

Trains with real processes and tabs of Chromium, and takes pictures of the dashboard and of the volunteer's page: WebP files, and a short
animation of a worker that is killed. Needs a build (npm run build), Chromium, and ffmpeg.

  --out <dir>  where they go (default: docs/images)
  --all        every state, at 1440x900 and at 390x844, light and dark, as PNG files; without it those of the README
`;

if (values.help) process.stdout.write(HELP);
else if (!values.all && !hasEncoder()) {
  process.stderr.write(
    'pictures: ffmpeg is not here: install it (Debian: apt-get install ffmpeg), or give --all\n',
  );
  process.exitCode = 1;
} else {
  const folder = path.resolve(values.out);
  mkdirSync(folder, { recursive: true });
  const browser = await launchBrowser('chromium');
  const studio = new Studio({ browser, folder, isComplete: values.all });
  try {
    await takeTrainingPictures(studio);
    if (values.all) await takeTroublePictures(studio);
  } finally {
    await studio.close();
    await browser.close();
  }
}

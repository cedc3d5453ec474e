import { launchBrowser } from '@lockstep/browsers';
import { lossOf } from '../lab/leases.ts';
import { Trial } from '../lab/trial.ts';
import { must, until } from '../lab/wait.ts';
import type { Row } from '../row.ts';

const RELOADS = 6;

/** An expression for the text of the element with that id. */
const text = (id: string): string => `document.getElementById('${id}').innerText`;

export const tabs: Row = {
  id: 'F36',
  title: 'a tab is closed, loses its line, and is loaded over and over',
  load: 12,
  seconds: 40,
  async run(lab) {
    const trial = await Trial.start(lab, { workers: ['one'] });
    await trial.warm();
    const proxy = await lab.proxy(() => trial.port);
    const browser = await launchBrowser('chromium');
    lab.onEnd(() => browser.close());
    const page = `http://127.0.0.1:${proxy.port}/`;
    const computing = `Number.parseInt(${text('spans')}, 10) > 0 && ${text('state')} === 'Computing.'`;

    const first = await browser.open(page);
    const name = String(await first.evaluate(`document.getElementById('name').value`));
    await first.click('#start');
    await first.until(computing);
    const from = trial.journal.read().length;
    const number = trial.numberOf(name);
    const closedAt = performance.now();
    await first.close();
    await lossOf(trial, number, from, 10_000);
    // From the order to close to the line of the journal: it took less than that.
    const closedMillis = Math.round(performance.now() - closedAt);
    must(closedMillis < 1000, `its spans were leased again after ${closedMillis} ms`);

    const second = await browser.open(page);
    await second.click('#start');
    await second.until(computing);
    proxy.blackHole('up', 'down');
    await second.until(`${text('state')} === 'The connection was lost.'`);
    const healedAt = performance.now();
    proxy.heal();
    await second.until(`${text('state')} === 'Computing.'`, 60_000);
    const backSeconds = (performance.now() - healedAt) / 1000;

    const joinsBefore = trial.entriesOf('worker-in-lobby').length;
    for (let count = 0; count < RELOADS; count++) await second.goto(page);
    await second.until(`${text('state')} === 'Computing.'`, 60_000);
    const joins = await until('its last return', () => {
      const count = trial.entriesOf('worker-in-lobby').length - joinsBefore;
      return count > 0 && count;
    });
    must(joins <= RELOADS + 1, `${joins} joins for ${RELOADS} reloads`);
    await second.close();
    const steps = await trial.finish();
    return (
      `a closed tab's spans leased again after ${closedMillis} ms; back ${backSeconds.toFixed(1)} s after its line; ` +
      `${joins} joins for ${RELOADS} reloads, ${steps} steps`
    );
  },
};

import { layerTypesOf, lossKinds, optimizerKinds, scheduleKinds } from '@lockstep/nn';
import { expect, it } from 'vitest';
import { gridRuns } from './settings.ts';

it('sixty runs of the grid have every kind three times, and are the same each time', () => {
  const runs = gridRuns(60, 1);
  const words = runs.flatMap(({ flags }) => flags);
  const kinds = [
    ...layerTypesOf('activation'),
    ...layerTypesOf('normalisation'),
    ...lossKinds.types,
    ...optimizerKinds.types,
  ];
  for (const type of kinds)
    expect(words.filter((word) => word === type).length, type).toBeGreaterThanOrEqual(3);
  for (const type of scheduleKinds.types) {
    expect(words.filter((word) => word.includes(`"type":"${type}"`)).length, type).toBeGreaterThanOrEqual(3);
  }
  expect(gridRuns(60, 1)).toEqual(runs);
  expect(gridRuns(60, 2)).not.toEqual(runs);
});

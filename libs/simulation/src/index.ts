/**
 * Whole clusters in one process, on a virtual clock: the product's own coordinator, workers and storage, over a network that delays,
 * cuts and spoils, on a disk that fills up, fails and loses what was not synced, with processes that stop, die and return. Everything
 * follows from one seed: the same number is the same run, event by event, so a failure is repeated by its number.
 *
 * `simulate` runs a scenario to its end and says what went wrong: weights that are not those of a single process, a journal that
 * cannot be, a run that stands still with nothing to keep it. For `npm run simulate`, for `npm run sabotage` (whose broken builds it
 * must notice) and tests.
 *
 * Only sockets, clock, disk and processes are made up. It proves nothing about those themselves: real processes are for `tools/chaos`.
 */

export { FAULT_KINDS, type FaultKind } from './scenario/fault-kinds.ts';
export { trainAlone } from './scenario/oracle.ts';
export { scenarioOf, type Scenario } from './scenario/scenario.ts';
export { simulate, simulateSeed, type SimulationOptions, type SimulationReport } from './simulate.ts';

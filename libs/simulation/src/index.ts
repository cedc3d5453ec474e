export { FAULT_KINDS, type FaultKind } from './scenario/fault-kinds.ts';
export { trainAlone } from './scenario/oracle.ts';
export { scenarioOf, type Scenario } from './scenario/scenario.ts';
export { simulate, simulateSeed, type SimulationOptions, type SimulationReport } from './simulate.ts';

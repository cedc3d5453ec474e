/**
 * Networks and how they learn: a model is data, a list of layers and a loss, and everything here follows from it.
 *
 * `layoutOf` says where each parameter lies in one flat buffer, which weights, gradients, wire and checkpoints share; `Network`
 * computes outputs, losses and gradients on any `Backend` of `@lockstep/math`; `initialWeights` begins and an `Optimizer` takes the steps;
 * `memoryFor` says beforehand what that needs; `evaluate` judges. Each kind of layer (`layers/`), loss (`losses/`), optimizer
 * (`optimizers/`) and initializer (`initializers/`) is one file and a line in its list. The golden workload proves that an engine gives the bits of the contract.
 *
 * Everything is pure and runs anywhere. What is not here: files, sockets, clocks, who computes which rows, and the data themselves,
 * of which only rows of numbers arrive.
 */
export {
  answerRows,
  evaluate,
  evaluationOf,
  evaluationPartRows,
  evaluationParts,
  joinSums,
  judgeRows,
  type Evaluation,
  type EvaluationPart,
  type EvaluationSetup,
  type EvaluationSums,
  type GivenRows,
} from './evaluate.ts';
export { CONTRACT_DIGEST } from './golden/digests.generated.ts';
export { digestOfSections, type GoldenSection } from './golden/golden-part.ts';
export {
  contractSections,
  goldenDigest,
  goldenSections,
  GOLDEN_DIGEST,
  operationSections,
  wrongParts,
} from './golden/golden.ts';
export { examplesOf } from './golden/examples.ts';
export { initialWeights } from './initial-weights.ts';
export { MAX_UNITS } from './layers/dense.ts';
export { initializerKinds } from './initializers/index.ts';
export { layerKinds, layerTypesOf } from './layers/index.ts';
export { lossKinds, resolveLoss, weightSumOf, type LossSpec } from './losses/index.ts';
export { sharesOf } from './losses/shares.ts';
export { targetMisfit } from './losses/target-misfit.ts';
export { sumOfRows, type LossKind } from './losses/loss.ts';
export { sizeOf, type LayerKind, type Shape, type TrainingPass } from './layers/layer.ts';
export { shareBound } from './layers/share-bound.ts';
export type { ClassScore } from './metrics/class-scores.ts';
export { classTable } from './metrics/class-table.ts';
export {
  metricKinds,
  metricLabel,
  metricMisfit,
  resolveMetrics,
  usualMetrics,
  type MetricSpec,
} from './metrics/index.ts';
export type { MetricValue } from './metrics/metric.ts';
export { judgedMetricsOf } from './steering/judged-metrics.ts';
export {
  endOf,
  FIRST_STEERING_STATE,
  monitorLabel,
  resolveSteering,
  steered,
  type SteeringSpec,
  type SteeringState,
} from './steering/steering.ts';
export { outputCountOf } from './network/plan.ts';
export { layoutOf, viewOf, type ParameterLayout, type TensorSlot } from './layout.ts';
export { heapBytesFor, memoryFor, type MemoryNeed } from './memory.ts';
export type { LayerEntry, ModelSpec } from './model/model-spec.ts';
export { perceptronModel, type Perceptron } from './model/perceptron.ts';
export { describeModel, perceptronOf, widthsOf } from './model/describe-model.ts';
export { namedModels } from './model/named-models.ts';
export { summaryOf, type LayerSummary, type ModelSummary } from './model/summarise.ts';
export { receivedModel } from './model/received-model.ts';
export { resolveModel } from './model/resolve-model.ts';
export { NetworkError, type NetworkErrorCode } from './network-error.ts';
export { Network, type NetworkOptions } from './network/network.ts';
export {
  defaultLearningRate,
  isPlain,
  optimizerKinds,
  resolveOptimizer,
  type OptimizerSpec,
} from './optimizers/index.ts';
export { type OptimizerKind } from './optimizers/optimizer.ts';
export { hasMomentum, Optimizer, stateFits, type OptimizerState } from './optimizers/optimizer-run.ts';
export { frozenLayout, frozenOf } from './optimizers/frozen.ts';
export { segmentsOf } from './optimizers/segments.ts';
export {
  keptSchedule,
  learningRateAt,
  momentumAt,
  resolveSchedule,
  scheduleKinds,
  type ScheduleSpec,
} from './schedules/index.ts';
export { sgdStep, type SgdStep } from './optimizers/sgd-step.ts';
export { WeightAverage } from './weight-average.ts';

/**
 * The elementwise operations: each is written once, as the function of one element. The reference backend executes these definitions;
 * `node tools/kernels/build-wasm.mjs --update` makes the other kernels of them, one for each name below.
 */
export { elu, eluBackward } from './activations/elu.ts';
export { geluTanh, geluTanhBackward } from './activations/gelu-tanh.ts';
export { gelu, geluBackward } from './activations/gelu.ts';
export { hardSigmoid, hardSigmoidBackward } from './activations/hard-sigmoid.ts';
export { leakyRelu, leakyReluBackward } from './activations/leaky-relu.ts';
export { addBiasRelu, relu, reluBackward } from './activations/relu.ts';
export { silu, siluBackward } from './activations/silu.ts';
export { softplus, softplusBackward } from './activations/softplus.ts';
export { tanh, tanhBackward } from './activations/tanh.ts';
export { add, addBias, axpy, divide, multiply, scale, subtract } from './arithmetic.ts';
export { erf } from './erf.ts';
export { exp } from './exp.ts';
export { expm1 } from './expm1.ts';
export { log, log1p } from './log.ts';
export { clip, meanOf } from './clipping.ts';
export { adadelta, adagrad, rmsprop, rmspropCentred } from './optimizers/adaptive.ts';
export { adam, amsgrad, nadam, unrectified } from './optimizers/adam.ts';
export { lion } from './optimizers/lion.ts';
export { movingAverage } from './optimizers/moving-average.ts';
export { descend, sgdMomentum, sgdNesterov } from './optimizers/sgd-momentum.ts';
export { dropout } from './dropout.ts';
export {
  inverseDeviation,
  layerNormBackward,
  rmsNormBackward,
  scaleShift,
  softmaxBackward,
} from './normalisation.ts';
export { divideRow, scaleColumn, scaleRow, subtractRow } from './rows.ts';
export { sgd } from './sgd.ts';
export { addBiasSigmoid, sigmoid, sigmoidBackward } from './sigmoid.ts';

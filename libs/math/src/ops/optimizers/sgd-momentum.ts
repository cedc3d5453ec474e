import type { Checked, f32, Scalar } from '../forms.ts';

const fround = Math.fround;

/** momentum * velocity + share * gradient: what keeps going. */
function velocityAfter(velocity: f32, gradient: f32, momentum: Scalar, share: Scalar): f32 {
  const kept = fround(momentum * velocity);
  const added = fround(share * gradient);
  return fround(kept + added);
}

/** weight - rate * direction. */
export function descend(weight: f32, direction: f32, rate: Scalar): Checked {
  const change = fround(rate * direction);
  return fround(weight - change);
}

/** Heavy ball (Polyak 1964): weight and velocity after a step. */
export function sgdMomentum(
  weight: f32,
  velocity: f32,
  gradient: f32,
  momentum: Scalar,
  share: Scalar,
  rate: Scalar,
): readonly [Checked, Checked] {
  const after = velocityAfter(velocity, gradient, momentum, share);
  return [descend(weight, after, rate), after];
}

/** Nesterov's: a step along gradient + momentum * velocity, the velocity being the one after it. */
export function sgdNesterov(
  weight: f32,
  velocity: f32,
  gradient: f32,
  momentum: Scalar,
  share: Scalar,
  rate: Scalar,
): readonly [Checked, Checked] {
  const after = velocityAfter(velocity, gradient, momentum, share);
  const ahead = fround(momentum * after);
  const direction = fround(gradient + ahead);
  return [descend(weight, direction, rate), after];
}

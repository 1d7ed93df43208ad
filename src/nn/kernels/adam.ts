// AssemblyScript: compiled to WebAssembly by `npm run build:kernels`; see ../adam.ts for the formula.

const LANES: usize = 4;
const BYTES: usize = 4;

/** One Adam update over `count` consecutive float32 values; all pointers in bytes. */
export function adam(
  weights: usize,
  gradients: usize,
  firstMoments: usize,
  secondMoments: usize,
  count: usize,
  rate: f32,
  beta1: f32,
  beta2: f32,
  // 1 − β, rounded by itself: in float32, 1 − 0.999 is off by 5e-5 of its value.
  complement1: f32,
  complement2: f32,
  epsilon: f32,
): void {
  const rates = f32x4.splat(rate);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(complement1);
  const c2 = f32x4.splat(complement2);
  const epsilons = f32x4.splat(epsilon);
  const whole = (count / LANES) * LANES * BYTES;
  let i: usize = 0;
  for (; i < whole; i += LANES * BYTES) {
    const g = v128.load(gradients + i);
    const m = f32x4.add(f32x4.mul(b1, v128.load(firstMoments + i)), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(secondMoments + i)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(firstMoments + i, m);
    v128.store(secondMoments + i, v);
    const step = f32x4.div(f32x4.mul(rates, m), f32x4.add(f32x4.sqrt(v), epsilons));
    v128.store(weights + i, f32x4.sub(v128.load(weights + i), step));
  }
  for (; i < count * BYTES; i += BYTES) {
    const g = load<f32>(gradients + i);
    const m: f32 = beta1 * load<f32>(firstMoments + i) + complement1 * g;
    const v: f32 = beta2 * load<f32>(secondMoments + i) + complement2 * (g * g);
    store<f32>(firstMoments + i, m);
    store<f32>(secondMoments + i, v);
    store<f32>(weights + i, load<f32>(weights + i) - (rate * m) / (sqrt(v) + epsilon));
  }
}

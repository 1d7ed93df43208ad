export * from './adversarial.ts';
export * from './initializers.ts';
export * from './layers.ts';
export * from './losses.ts';
export * from './norms.ts';
export { Variables } from './variables.ts';

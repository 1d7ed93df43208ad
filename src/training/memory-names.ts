/** What training remembers of a variable besides its value. */
export type Memory = 'first moment' | 'second moment' | 'gathered gradient' | 'trained';

/** The name of a variable's array of that kind in the training state. */
export const memoryOf = (variable: string, memory: Memory): string => `${variable}: ${memory}`;

/** What red, green and blue contribute to brightness (ITU-R BT.601). */
export const lumaWeights = [0.299, 0.587, 0.114] as const;

/** Brightness of a colour, in the unit of its parts. */
export function lumaOfColor(red: number, green: number, blue: number): number {
  return lumaWeights[0] * red + lumaWeights[1] * green + lumaWeights[2] * blue;
}

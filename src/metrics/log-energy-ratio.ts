/**
 * |ln(energy / wanted)|: 0 for equal energies, and the same for twice as much as for half. An energy below `least`, which
 * rounding to 8 bits alone can make, counts as `least`.
 */
export function logEnergyRatio(energy: number, wanted: number, least: number): number {
  return Math.abs(Math.log(Math.max(energy, least) / Math.max(wanted, least)));
}

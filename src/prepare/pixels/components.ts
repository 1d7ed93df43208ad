/** The pixels of each connected area of a mask (1 inside, 0 outside); diagonal neighbours are connected. */
export function connectedAreas(mask: Uint8Array, width: number): number[][] {
  const height = mask.length / width;
  const rest = Uint8Array.from(mask);
  const areas: number[][] = [];
  for (let start = 0; start < rest.length; start++) {
    if (rest[start] === 0) continue;
    const area = [start];
    rest[start] = 0;
    // The area grows during this loop.
    for (let at = 0; at < area.length; at++) {
      forNeighbors(area[at]!, width, height, neighbour => {
        if (rest[neighbour] === 0) return;
        rest[neighbour] = 0;
        area.push(neighbour);
      });
    }
    areas.push(area);
  }
  return areas;
}

/** Visits the up to eight neighbours of a pixel. */
function forNeighbors(
  pixel: number,
  width: number,
  height: number,
  visit: (neighbour: number) => void,
): void {
  const x = pixel % width;
  const y = (pixel - x) / width;
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (row !== y || column !== x) visit(row * width + column);
    }
  }
}

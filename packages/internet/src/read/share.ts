/**
 * Divides a budget fairly: nobody gets more than he wants, what one leaves goes to the others. Same order as `wants`; whole
 * numbers, together at most `total`.
 */
export function share(total: number, wants: readonly number[]): number[] {
  const shares = wants.map(() => 0);
  let left = Math.max(0, Math.floor(total));
  let open = wants.map((want, index) => ({ want, index })).sort((a, b) => a.want - b.want);
  while (open.length > 0) {
    const each = Math.floor(left / open.length);
    const [{ want, index }, ...rest] = open as [(typeof open)[0], ...typeof open];
    shares[index] = Math.min(want, each);
    left -= Math.min(want, each);
    open = rest;
  }
  return shares;
}

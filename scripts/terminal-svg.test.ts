import { expect, test } from 'vitest';
import { terminalSvg } from './terminal-svg.ts';

const esc = '\u001b';

test('colours and weight become spans, other sequences and markup become nothing', () => {
  const svg = terminalSvg([`${esc}[32m[x]${esc}[39m done ${esc}[36m<b>${esc}[39m`], 'a & b');
  expect(svg).toContain('<tspan fill="#7ee787">[x]</tspan> done &lt;b&gt;');
  expect(svg).toContain('<title>a &amp; b</title>');
  expect(svg).not.toContain(esc);
});

test('the picture is as large as its text', () => {
  const size = (lines: string[]) =>
    terminalSvg(lines, '')
      .match(/viewBox="0 0 (\d+) (\d+)"/)
      ?.slice(1)
      .map(Number);
  const [width = 0, height = 0] = size(['x'.repeat(100)]) ?? [];
  const [wider = 0, higher = 0] = size(['x'.repeat(110), '']) ?? [];
  expect(wider - width).toBe(90);
  expect(higher - height).toBe(20);
});

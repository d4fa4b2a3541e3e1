/** Red, green, blue 0 to 255 and opacity 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const named: Readonly<Record<string, Colour>> = {
  transparent: [0, 0, 0, 0],
  white: [255, 255, 255, 1],
  black: [0, 0, 0, 1],
  red: [255, 0, 0, 1],
  green: [0, 128, 0, 1],
  lime: [0, 255, 0, 1],
  blue: [0, 0, 255, 1],
  yellow: [255, 255, 0, 1],
  gray: [128, 128, 128, 1],
  grey: [128, 128, 128, 1],
  silver: [192, 192, 192, 1],
  whitesmoke: [245, 245, 245, 1],
  snow: [255, 250, 250, 1],
  ivory: [255, 255, 240, 1],
  navy: [0, 0, 128, 1],
};

/** A colour of CSS, or undefined for what is not one of the common forms. */
export function parseColour(value: string): Colour | undefined {
  const text = value.trim().toLowerCase();
  const known = named[text];
  if (known) return known;
  const hex = /^#?([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.exec(text)?.[1];
  if (hex) {
    const full = hex.length <= 4 ? hex.replace(/./g, '$&$&') : hex;
    const at = (from: number): number => Number.parseInt(full.slice(from, from + 2), 16);
    return [at(0), at(2), at(4), full.length === 8 ? at(6) / 255 : 1];
  }
  const parts = /^rgba?\(([^)]{1,80})\)$/
    .exec(text)?.[1]
    ?.split(/[\s,/]+/)
    .filter(Boolean);
  if (!parts || parts.length < 3) return undefined;
  const [red = 0, green = 0, blue = 0, alpha = 1] = parts.map((part, index) =>
    part.endsWith('%') ? (Number.parseFloat(part) / 100) * (index < 3 ? 255 : 1) : Number.parseFloat(part),
  );
  return [red, green, blue, alpha];
}

/** Whether text of the one colour cannot be read on the other. */
export const isSameColour = (text: Colour, ground: Colour): boolean =>
  ground[3] === 1 && [0, 1, 2].every((channel) => Math.abs((text[channel] ?? 0) - (ground[channel] ?? 0)) <= 10);

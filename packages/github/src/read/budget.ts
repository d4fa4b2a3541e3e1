/** What the fields around the content of an answer take, cursor included. */
export const envelopeChars = 700;

/** Characters for the content of an answer of `maxChars`. */
export const contentBudget = (maxChars: number): number => Math.max(maxChars - envelopeChars, Math.floor(maxChars / 2));

/** Length of a text inside JSON, where line ends and quotes take two characters. */
export const jsonLength = (value: unknown): number => JSON.stringify(value).length;

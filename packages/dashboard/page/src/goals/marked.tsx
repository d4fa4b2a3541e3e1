import { legible } from '../parts/legible.ts';

/** Text of a search result, with what was found between two asterisks. */
export function Marked({ text }: { text: string }) {
  return legible(text)
    .split('**')
    .map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : <span key={index}>{part}</span>));
}

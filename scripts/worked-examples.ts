import { codeBlocks } from './markdown.ts';

/** A call that a document shows: the words behind `json`, the arguments, and the line it begins at. */
export interface Example {
  words: readonly string[];
  body: string;
  line: number;
}

/**
 * Runs the calls of a document in order and puts what they answer into the `text` block behind each. A call is a `json` block with at
 * least `words` words behind the language. Returns the document as it should be, and how many calls there were.
 */
export async function fillAnswers(
  text: string,
  { words, answer }: { words: number; answer(example: Example): Promise<string> },
): Promise<{ text: string; calls: number }> {
  const blocks = codeBlocks(text);
  const lines = text.split('\n');
  const answers: { from: number; lines: number; answer: string }[] = [];
  for (const [index, { info, body, line }] of blocks.entries()) {
    const [language, ...rest] = info;
    if (language !== 'json' || rest.length < words) continue;
    const shown = blocks[index + 1];
    if (shown?.info[0] !== 'text') throw new Error(`line ${line}: no text block follows the call`);
    const said = await answer({ words: rest, body, line });
    answers.push({ from: shown.line, lines: shown.body === '' ? 0 : shown.body.split('\n').length, answer: said });
  }
  for (const { from, lines: count, answer: said } of answers.toReversed()) lines.splice(from, count, said);
  return { text: lines.join('\n'), calls: answers.length };
}

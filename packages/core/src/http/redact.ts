import { toVisible } from '../outside/visible.ts';

export type Redact = (text: string) => string;

/** Shorter ones are words that occur everywhere. */
const shortestSecret = 4;

/** Replaces known secrets, also as they look inside a URL or a JSON string. */
export function createRedactor(secrets: Iterable<string>): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    const inUrl = secret.isWellFormed()
      ? [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)]
      : [];
    for (const form of [secret, ...inUrl, JSON.stringify(secret).slice(1, -1)]) forms.add(form);
  }
  // A secret may contain another one.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, form) => clean.replaceAll(form, '[redacted]'), text);
}

/** One line of at most `chars` characters with every hidden character visible: text from outside, fit for a message. */
export function oneLine(text: string, chars: number): string {
  // What is cut away need not be read; hidden characters get longer.
  const line = toVisible(text.slice(0, chars * 4))
    .text.replace(/\s+/g, ' ')
    .trim();
  if (line.length <= chars) return line;
  return `${line
    .slice(0, chars - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}

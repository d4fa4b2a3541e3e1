/** How likely a line says what went wrong: 1 what the runner marked, 2 failures of tools and tests, 3 the word alone; 0 not at all. */
export type Rank = 0 | 1 | 2 | 3;

const marked = /^##\[error\]|^::error\b|Process completed with exit code [1-9]|^Error: /;
const failures = new RegExp(
  [
    String.raw`^\s*(?:FAIL|FAILED|FAILURE|ERROR|FATAL|PANIC)\b`,
    String.raw`^\s*(?:✗|✕|✖|×|❌|not ok)(?=\s)`,
    String.raw`^(?:E\s{2,}\S|--- FAIL:|\s*\d+\) .*|={3,} (?:FAILURES|ERRORS) ={3,})`,
    String.raw`\berror(?:\[\w+\]|\s+[A-Z]{1,5}\d+)?:\s`,
    String.raw`\b[A-Z]\w*(?:Error|Exception)\b(?::|$)`,
    String.raw`^Traceback \(most recent call last\)|^panic: |^thread '.*' panicked|^fatal: |^npm ERR!|^npm error |\bELIFECYCLE\b`,
    String.raw`\bSegmentation fault\b|\bcore dumped\b|\bOut ?of ?memory\b|\bKilled\b|\bcommand not found\b|\bNo space left on device\b`,
    String.raw`\bBUILD FAILED\b|\bmake(?:\[\d+\])?: \*\*\*|\bexit (?:code|status) [1-9]|\btimed? ?out\b`,
  ].join('|'),
);
const word = /\b(?:error|failed|failure|exception)\b/i;
/** Says that nothing failed, or names something after errors. */
const harmless =
  /\b0 (?:errors?|failed|failures?)\b|\bno errors?\b|errors?[-_.]\w+|\bfail-fast\b|if-no-files-found|continue-on-error/i;

export function rankOf(line: string): Rank {
  if (marked.test(line)) return 1;
  if (line.length > 5000) return 0;
  if (harmless.test(line)) return 0;
  if (failures.test(line)) return 2;
  return word.test(line) ? 3 : 0;
}

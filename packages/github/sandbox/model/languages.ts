import path from 'node:path';
import { branchRef } from './refs.ts';
import type { Repository } from './repository.ts';
import { filesOf } from './trees.ts';

const byExtension: Readonly<Record<string, string>> = {
  ...{ '.ts': 'TypeScript', '.tsx': 'TypeScript', '.js': 'JavaScript', '.mjs': 'JavaScript', '.py': 'Python' },
  ...{ '.go': 'Go', '.rs': 'Rust', '.rb': 'Ruby', '.java': 'Java', '.c': 'C', '.h': 'C', '.cpp': 'C++', '.cs': 'C#' },
  ...{ '.css': 'CSS', '.html': 'HTML', '.sh': 'Shell', '.sql': 'PLpgSQL', '.php': 'PHP', '.swift': 'Swift' },
};

/** Prose and data: known to search, not counted as code. */
const prose: Readonly<Record<string, string>> = {
  ...{ '.md': 'Markdown', '.json': 'JSON', '.yml': 'YAML', '.yaml': 'YAML', '.txt': 'Text', '.svg': 'SVG' },
};

export function languageOf(file: string): string | undefined {
  if (path.basename(file) === 'Dockerfile') return 'Dockerfile';
  const extension = path.extname(file).toLowerCase();
  return byExtension[extension] ?? prose[extension];
}

/** Bytes of code on the default branch by language, the largest first. */
export function languagesOf(repository: Repository): Record<string, number> {
  const head = repository.refs.get(branchRef(repository.defaultBranch));
  if (head === undefined) return {};
  const bytes = new Map<string, number>();
  for (const [file, { mode, sha }] of filesOf(repository.objects, repository.objects.read('commit', head).tree)) {
    const language = byExtension[path.extname(file).toLowerCase()];
    if (language === undefined || !mode.startsWith('100')) continue;
    bytes.set(language, (bytes.get(language) ?? 0) + repository.objects.read('blob', sha).data.length);
  }
  return Object.fromEntries([...bytes].sort(([, a], [, b]) => b - a));
}

import type { AnyTool } from '@mcp-servers/core';
import { watchMissing } from '../client/index.ts';
import type { GitHubDeps } from './deps.ts';

/** The tool whose notes also say what GitHub left out of the answers that it is made of; as it was where it has no notes. */
export function withMissingNotes(tool: AnyTool<GitHubDeps>): AnyTool<GitHubDeps> {
  if (!('notes' in tool.output.shape)) return tool;
  return {
    ...tool,
    async run(input, { github, ...deps }, call) {
      const watched = watchMissing(github);
      const answer = await tool.run(input, { ...deps, github: watched.github }, call);
      const missing = watched.missing();
      if (missing.length === 0) return answer;
      const notes = Array.isArray(answer.notes) ? answer.notes : [];
      return { ...answer, notes: [...notes, ...missing] };
    },
  };
}

import * as z from 'zod';
import { toAdvertised } from '../definition.ts';
import type { AnyTool } from '../tool.ts';

/** A tool as its clients receive it; `bytes` is the length of its definition. */
const ToolDetails = z.looseObject({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  effect: z.enum(['read', 'write', 'destroy']).optional(),
  bytes: z.number(),
  inputSchema: z.record(z.string(), z.unknown()),
});
export type ToolDetails = z.infer<typeof ToolDetails>;

const CallDetails = z.looseObject({
  at: z.string(),
  operation: z.string(),
  status: z.enum(['success', 'error']),
  errorType: z.string().optional(),
  message: z.string().optional(),
  durationMs: z.number(),
  client: z.string().optional(),
});

/** What the status endpoint tells only when asked for it. Loose, because the reader may be older than the process. */
export const Details = z.looseObject({ tools: z.array(ToolDetails), calls: z.array(CallDetails) });
export type Details = z.infer<typeof Details>;

/** The tools as advertised, worked out once, when first asked for. */
export function describeTools(tools: readonly AnyTool<never>[]): {
  list(): ToolDetails[];
  size(): { count: number; bytes: number };
} {
  let list: ToolDetails[] | undefined;
  const described = () => {
    list ??= tools.map(({ name, title, description, effect, input }) => {
      const inputSchema = { ...toAdvertised(input) };
      const bytes = Buffer.byteLength(JSON.stringify({ name, title, description, inputSchema }));
      return { name, title, description, effect, bytes, inputSchema };
    });
    return list;
  };
  return {
    list: described,
    size: () => ({ count: described().length, bytes: described().reduce((sum, { bytes }) => sum + bytes, 0) }),
  };
}

import type { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { connect, type Era, eras } from './connect.ts';

export interface ContractOptions {
  /** The server's factory, with whatever dependencies: no tool is called but with wrong arguments. */
  factory: () => McpServer;
  /** Path of the snapshot, `tools.contract.json` of the package. */
  snapshot: string;
  /** Bytes of all definitions as a client receives them. */
  maxBytes: number;
}

/** What every server of this repository promises its clients, in both eras. */
export function describeContract(name: string, { factory, snapshot, maxBytes }: ContractOptions): void {
  describe.each(Object.keys(eras) as Era[])(`the contract of ${name}, %s era`, (era) => {
    test('the definitions are those of the snapshot', async () => {
      await using connection = await connect(factory, { era });
      const { tools } = await connection.client.listTools();
      await expect(`${JSON.stringify(tools, null, 2)}\n`).toMatchFileSnapshot(snapshot);
    });

    test(`the definitions fit ${maxBytes} bytes, a description 1 KB, the instructions 2 KB`, async () => {
      await using connection = await connect(factory, { era });
      const { tools } = await connection.client.listTools();
      expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThanOrEqual(maxBytes);
      for (const tool of tools) expect(Buffer.byteLength(tool.description ?? '')).toBeLessThanOrEqual(1024);
      const instructions = connection.client.getInstructions() ?? '';
      expect(instructions).not.toBe('');
      expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(2048);
    });

    test('every tool has a snake_case name, a title, a description and all four annotations', async () => {
      await using connection = await connect(factory, { era });
      for (const tool of (await connection.client.listTools()).tools) {
        expect(tool.name).toMatch(/^[a-z][a-z0-9_]{2,63}$/);
        expect(tool.title).toBeTruthy();
        expect(tool.description).toBeTruthy();
        const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ?? {};
        for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint])
          expect(hint).toBeTypeOf('boolean');
        expect(tool.inputSchema.type).toBe('object');
        expect(tool.inputSchema.additionalProperties).toBe(false);
      }
    });

    test('an unknown argument is refused by name by every tool', async () => {
      await using connection = await connect(factory, { era });
      for (const tool of (await connection.client.listTools()).tools) {
        const answer = await connection.call(tool.name, { no_such_argument: 1 });
        expect(answer.isError).toBe(true);
        expect(answer.text).toContain('unknown field "no_such_argument"');
        expect(answer.error?.code).toBe('validation');
      }
    });

    test('the list of tools is the same every time', async () => {
      await using one = await connect(factory, { era });
      await using other = await connect(factory, { era });
      expect(await one.client.listTools()).toEqual(await other.client.listTools());
    });
  });
}

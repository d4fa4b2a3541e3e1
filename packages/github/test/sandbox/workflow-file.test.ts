import { expect, test } from 'vitest';
import { readWorkflow } from '../../sandbox/model/workflow-file.ts';

test('the ways to write a trigger are read', () => {
  const inputs = (text: string) => readWorkflow(text).inputs;
  expect(inputs('on: push\n')).toBeUndefined();
  expect(inputs('on: workflow_dispatch\n')).toEqual([]);
  expect(inputs('"on": [push, workflow_dispatch]\n')).toEqual([]);
  expect(inputs('on:\n- push\n- workflow_dispatch\n')).toEqual([]);
  expect(inputs('on:\n  push:\n  workflow_dispatch: {}\njobs:\n')).toEqual([]);
});

test('inputs are read with their options, in blocks and in one line', () => {
  const text = `name: "Deploy: all" # why
on:
  workflow_dispatch:
    inputs:
      where:
        type: choice
        required: true
        options: [staging, 'production']
      how:
        description: "Fast # not slow"
        options:
        - a
        - "b c"
        default: a
  schedule:
    - cron: '0 0 * * *'
jobs:
  deploy: # the only one
    steps:
      - run: echo "inputs:"
`;
  expect(readWorkflow(text)).toEqual({
    name: 'Deploy: all',
    jobs: ['deploy'],
    inputs: [
      { name: 'where', type: 'choice', required: true, default: undefined, options: ['staging', 'production'] },
      { name: 'how', type: 'string', required: false, default: 'a', options: ['a', 'b c'] },
    ],
  });
});

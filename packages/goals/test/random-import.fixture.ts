import { anyGoal, count, type Lane, type Named, newWord, noteTasks, send } from './random-work.fixture.ts';

/** A new source with two tasks that wait for each other; or one that was imported before, with other titles. */
export async function importTasks(lane: Lane): Promise<void> {
  const { random, world } = lane;
  const known = random.chance(0.5) && world.imported.length > 0 ? random.pick(world.imported) : undefined;
  const place = known ?? { source: newWord(world), goal_id: anyGoal(lane) };
  const tasks = ['a', 'b'].map((id) => ({ id, title: newWord(world), tags: ['tag'] }));
  const content = {
    ...{ format: 'mcp-servers/goals', version: 1, tasks },
    links: [{ from: 'a', to: 'b', type: 'blocks' }],
    notes: [{ item: 'a', body: 'imported' }],
  };
  const accepted = await send(lane, 'import_items', { content, ...place, dry_run: random.chance(0.1) });
  if (!accepted || accepted.answer.dry_run) return;
  world.imported = [...world.imported.filter(({ source }) => source !== place.source).slice(-10), place];
  const examples = (accepted.answer.examples ?? []) as (Named & { outcome: string })[];
  const created = examples.filter(({ outcome }) => outcome === 'created');
  noteTasks(lane, created);
  for (const { id, title } of created) if (title === tasks[0]?.title) count(world, 'note_added', id);
}

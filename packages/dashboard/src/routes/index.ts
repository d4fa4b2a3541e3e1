import type { AnyRoute } from '../http/route.ts';
import { connectRoutes } from './connect.ts';
import { eventRoutes } from './events.ts';
import { goalRoutes } from './goals.ts';
import { reportRoutes } from './reports.ts';
import { taskRoutes } from './tasks.ts';

/** Everything that answers JSON, in the order of the documentation. */
export const routes: readonly AnyRoute[] = [
  ...goalRoutes,
  ...taskRoutes,
  ...eventRoutes,
  ...reportRoutes,
  ...connectRoutes,
];

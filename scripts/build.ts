import { buildPage } from './build-page.ts';
import { bundlePackages } from './bundle.ts';

await Promise.all([bundlePackages(), buildPage()]);

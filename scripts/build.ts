import { bundlePackages } from './bundle.ts';

await bundlePackages();
